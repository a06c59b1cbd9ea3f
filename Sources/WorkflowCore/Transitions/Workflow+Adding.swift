import JMESPath
import JSON

/// Steps that the program which coordinates an external workflow adds to it, in any number of requests: each at most
/// once, by its id.
extension Workflow {
    /// All of them are there after this, or nothing has changed. `text` is a JSON array of definitions.
    mutating func add(_ text: JSONText, at now: Instant) -> Outcome {
        let new: [AddedStep]
        do throws(AddingRefused) {
            new = try stepsToAdd(text)
        } catch {
            return .refused(error.refusal)
        }
        guard !new.isEmpty else { return .duplicate }
        isDurable = true
        let first = steps.count
        for step in new { append(step) }
        startReady((first..<steps.count).filter { unmetDependencies[$0] == 0 }, at: now)
        return .accepted
    }

    /// What a workflow that has ended says: what is in it can still be had.
    func refusal(ofAdding text: JSONText) -> Outcome {
        do throws(AddingRefused) {
            return try stepsToAdd(text).isEmpty ? .duplicate : .refused(.workflowEnded(status))
        } catch {
            return .refused(error.refusal)
        }
    }

    private mutating func append(_ added: AddedStep) {
        let ordinal = steps.count
        plan.append(added.step)
        steps.append(StepState())
        unmetDependencies.append(added.step.after.count { !steps[$0].status.isEnded })
        unendedSteps += 1
        effects.append(.addStep(step: ordinal, added.definition))
    }

    // MARK: Reading

    private struct AddedStep {
        let step: Step
        let definition: JSONText
    }

    private struct AddingRefused: Error {
        let refusal: Refusal
    }

    /// Those that are not there yet.
    private func stepsToAdd(_ text: JSONText) throws(AddingRefused) -> [AddedStep] {
        guard plan.isExternal else { throw AddingRefused(refusal: .notExternal) }
        var (problems, names) = (JSONProblems(), StepNames(plan.ordinals))
        var new: [AddedStep] = []
        var difference: Refusal?
        for (index, node) in JSONNode(text).elements.enumerated() {
            let pointer = "/steps/\(index)"
            if let id = node.member("id")?.string, let known = plan.ordinals[id] {
                difference =
                    difference
                    ?? self.difference(of: known, from: node, at: pointer).map { .stepDiffers(id: id, pointer: $0) }
            } else if let step = read(node, at: pointer, plan.steps.count + new.count, &names, &problems) {
                new.append(step)
            }
        }
        checkSize(of: new, &problems)
        if !problems.list.isEmpty { throw AddingRefused(refusal: .invalidSteps(problems.list)) }
        if let difference { throw AddingRefused(refusal: difference) }
        return new
    }

    private func checkSize(of new: [AddedStep], _ problems: inout JSONProblems) {
        let limits = PlanLimits()
        let (count, bytes) = (
            plan.steps.count + new.count, new.reduce(plan.addedBytes) { $0 + $1.definition.bytes.count }
        )
        if count > limits.steps {
            problems.add("/steps", "with these it would be \(count) steps, more than the limit of \(limits.steps)")
        }
        if bytes > limits.addedBytes {
            problems.add(
                "/steps",
                "with these the definitions of added steps would have more than \(limits.addedBytes >> 20) MiB")
        }
    }

    private func read(
        _ node: JSONNode, at pointer: String, _ ordinal: Int, _ names: inout StepNames, _ problems: inout JSONProblems
    ) -> AddedStep? {
        if let id = node.member("id")?.string, names.added[id] != nil {
            problems.add("\(pointer)/id", "'\(id.prefix(80))' is the id of another step that is added")
            return nil
        }
        let reader = StepReader(
            pointer: pointer, ordinal: ordinal, names: names, limits: PlanLimits(), kinds: StepKinds.added)
        guard var step = reader.read(node, problems: &problems) else { return nil }
        let definition = step.isRecorded ? node.without(RecordedStep.key) : node.text
        step.source = definition
        names.added[step.id] = ordinal
        if step.isRecorded { checkRecorded(step, at: pointer, &problems) }
        checkReferences(of: step, ordinal, at: pointer, names, &problems)
        return AddedStep(step: step, definition: definition)
    }

    private func checkRecorded(_ step: Step, at pointer: String, _ problems: inout JSONProblems) {
        if step.when != nil { problems.add("\(pointer)/when", "a step with a result has been done") }
        for (index, other) in step.after.enumerated() where !hasEnded(other) {
            problems.add(
                "\(pointer)/after/\(index)", "a step with a result comes after steps that have ended only")
        }
    }

    /// Only what it comes after directly: to follow the arrows further back would cost more the more steps there are.
    private func checkReferences(
        of step: Step, _ ordinal: Int, at pointer: String, _ names: StepNames, _ problems: inout JSONProblems
    ) {
        let references = StepReferences(names: names)
        let whose = (id: step.id, ordinal: ordinal)
        func check(_ paths: [[String]], at pointer: String, _ problems: inout JSONProblems) {
            references.check(paths, at: pointer, of: whose, &problems) { step.after.contains($0) || hasEnded($0) }
        }
        if let when = step.when { check(when.rootPaths, at: "\(pointer)/when", &problems) }
        for located in step.behavior.expressions {
            check(located.expression.rootPaths, at: located.pointer, &problems)
        }
    }

    private func hasEnded(_ step: Int) -> Bool { steps.indices.contains(step) && steps[step].status.isEnded }

    // MARK: Comparing

    /// Where what is to be added is not the same as the step of that id; `nil` if it is.
    private func difference(of known: Int, from node: JSONNode, at pointer: String) -> String? {
        let step = plan.steps[known]
        guard let source = step.source else { return pointer }
        guard step.isRecorded, let result = node.member(RecordedStep.key) else {
            return node.difference(from: JSONNode(source), at: pointer)
        }
        if let place = JSONNode(node.without(RecordedStep.key)).difference(from: JSONNode(source), at: pointer) {
            return place
        }
        // There is none if the workflow ended with the step that was added before this one.
        guard let recorded = results[known] else { return nil }
        return result.difference(from: JSONNode(recorded), at: "\(pointer)/\(RecordedStep.key)")
    }
}

extension Step {
    var isRecorded: Bool { behavior is RecordedStep }
}

extension JSONNode {
    /// The object with all its members but one.
    fileprivate func without(_ name: String) -> JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            for (other, node) in members where other != name { writer.field(other, raw: node.text) }
        }
        return writer.text
    }
}
