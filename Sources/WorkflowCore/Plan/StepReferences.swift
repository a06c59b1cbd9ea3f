import JSON

/// Checks that expressions name what they may look at, and only steps that have ended by then.
struct StepReferences {
    let names: StepNames

    /// `step` is whose expression it is, or `nil` for the plan's output, which sees every step; the closure says
    /// whether another one has ended before that starts.
    func check(
        _ paths: [[String]], at pointer: String, of step: (id: String, ordinal: Int)?,
        _ problems: inout JSONProblems, hasEnded: (Int) -> Bool
    ) {
        for path in paths {
            guard let root = path.first, Scope.roots.contains(root) else {
                let found = path.first.map { "'\($0)' is not known here" } ?? "the whole scope cannot be used"
                problems.add(pointer, "\(found); an expression starts with 'input', 'steps.<id>' or 'workflow'")
                continue
            }
            guard root == "steps" else { continue }
            guard path.count >= 2 else {
                problems.add(pointer, "name the step that is meant: steps.<id>.result, .status or .error")
                continue
            }
            checkStep(path, at: pointer, of: step, &problems, hasEnded)
        }
    }

    private func checkStep(
        _ path: [String], at pointer: String, of step: (id: String, ordinal: Int)?,
        _ problems: inout JSONProblems, _ hasEnded: (Int) -> Bool
    ) {
        let other = path[1]
        guard let referred = names[other] else {
            problems.add(pointer, "no step is called '\(other)'\(Suggestion.text(for: other, among: names.all))")
            return
        }
        if path.count >= 3, !["result", "status", "error"].contains(path[2]) {
            problems.add(pointer, "a step has 'result', 'status' and 'error', not '\(path[2])'")
        }
        guard let step, !hasEnded(referred) else { return }
        let name = step.id
        let reason =
            step.ordinal == referred ? "'\(name)' is this step itself" : "'\(name)' does not come after '\(other)'"
        problems.add(pointer, "\(reason): its result may not exist yet; add '\(other)' to 'after', or look elsewhere")
    }
}
