package import JSON

/// Why a workflow was not accepted: every problem found, each with its JSON pointer.
package struct PlanRejected: Error, Hashable {
    package let problems: [JSONProblem]
}

extension Plan {
    /// The fields of a plan's JSON object that are not the plan's own and are read by whoever accepts it.
    package static let inputField = "input"

    /// Reads and checks a plan as DESIGN's plan language has it. Nothing is half-accepted: either every field,
    /// reference, expression and the graph are in order, or all that is wrong is told at once.
    package init(_ text: JSONText, limits: PlanLimits = PlanLimits()) throws(PlanRejected) {
        var problems = JSONProblems()
        let plan = PlanReader(limits: limits).read(JSONNode(text), problems: &problems)
        guard let plan, problems.list.isEmpty else { throw PlanRejected(problems: problems.list) }
        self = plan
    }

    /// Adds a step that was accepted before, as it was stored.
    package mutating func append(stored definition: JSONText) throws(PlanRejected) {
        var problems = JSONProblems()
        let node = JSONNode(definition)
        // A step that was done by the program has its result beside its definition.
        let isRecorded = node.member(TaskStep.key) == nil
        let reader = StepReader(
            pointer: "/steps/\(steps.count)", ordinal: steps.count, names: StepNames(ordinals), limits: PlanLimits(),
            kinds: isRecorded ? [] : StepKinds.all)
        var step = isRecorded ? reader.readRecorded(node, problems: &problems) : reader.read(node, problems: &problems)
        step?.source = definition
        guard let step, problems.list.isEmpty else { throw PlanRejected(problems: problems.list) }
        append(step)
    }
}

/// Who says what happens next.
private enum CoordinatorKind: String, CaseIterable {
    case ganglion, external
}

/// Reads the plan's fields in order, then its steps, then checks the graph and what the expressions refer to.
struct PlanReader {
    let limits: PlanLimits

    func read(_ node: JSONNode, problems: inout JSONProblems) -> Plan? {
        guard var reader = JSONObjectReader(node, at: "", problems: &problems) else { return nil }
        let name = reader.required(string: "name", length: 1...limits.nameLength, problems: &problems)
        reader.ignore(Plan.inputField)
        let deadline = reader.optionalDuration("deadline", problems: &problems)
        let labels = readLabels(&reader, problems: &problems)
        let coordinator = reader.optional(
            enumerated: "coordinator", as: CoordinatorKind.self, problems: &problems)
        let isExternal = coordinator == .external
        let stepNodes =
            (isExternal
                ? reader.optional(array: "steps", problems: &problems)
                : reader.required(array: "steps", problems: &problems)) ?? []
        let output = reader.optional("output").map { Template($0, at: "/output", problems: &problems) }
        reader.finish(problems: &problems)

        if stepNodes.isEmpty, !isExternal, problems.list.isEmpty {
            problems.add("/steps", "a plan has at least one step")
        }
        guard stepNodes.count <= limits.steps else {
            problems.add("/steps", "\(stepNodes.count) steps are more than the limit of \(limits.steps)")
            return nil
        }
        let ordinals = readIdentifiers(stepNodes, problems: &problems)
        let names = StepNames(ordinals)
        let steps = stepNodes.enumerated().compactMap { ordinal, node -> Step? in
            let reader = StepReader(pointer: "/steps/\(ordinal)", ordinal: ordinal, names: names, limits: limits)
            var step = reader.read(node, problems: &problems)
            if isExternal { step?.source = node.text }
            return step
        }
        guard let name, steps.count == stepNodes.count, problems.list.isEmpty else { return nil }
        let plan = Plan(
            name: name, steps: steps, output: output, deadline: deadline, labels: labels, isExternal: isExternal)
        PlanGraph(plan).check(problems: &problems)
        return plan
    }

    private func readIdentifiers(_ nodes: [JSONNode], problems: inout JSONProblems) -> [String: Int] {
        var ordinals: [String: Int] = [:]
        for (ordinal, node) in nodes.enumerated() {
            guard let id = node.member("id")?.string else { continue }
            if let first = ordinals[id] {
                problems.add("/steps/\(ordinal)/id", "'\(id)' is already the id of step \(first) (/steps/\(first)/id)")
            } else {
                ordinals[id] = ordinal
            }
        }
        return ordinals
    }

    private func readLabels(_ reader: inout JSONObjectReader, problems: inout JSONProblems) -> [String: String] {
        guard let node = reader.optional(object: "labels", problems: &problems) else { return [:] }
        var labels: [String: String] = [:]
        if node.members.count > limits.labels {
            problems.add("/labels", "\(node.members.count) labels are more than the limit of \(limits.labels)")
        }
        for (name, value) in node.members {
            let pointer = "/labels/\(JSONPointer.escaped(name))"
            if !Identifier.isValid(name, limit: limits.identifierLength) {
                problems.add(pointer, "'\(name)' is not a label: \(Identifier.rule(limits.identifierLength))")
            } else if let text = value.string, text.utf8.count <= limits.labelValueLength {
                labels[name] = text
            } else {
                problems.add(pointer, "a label's value is a string of at most \(limits.labelValueLength) bytes")
            }
        }
        return labels
    }
}
