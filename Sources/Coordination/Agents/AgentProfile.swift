package import JSON
package import WorkflowCore

/// What an agent can do, and what else it says of itself when it registers.
package struct AgentProfile: Hashable, Sendable {
    /// The task types that it can do, each once.
    package var abilities: [Capability]
    /// Of its program; tasks can be given out by it.
    package var version: String?
    package var labels: [String: String] = [:]
    /// An object, for whoever reads it.
    package var metadata: JSONText?

    /// A task type that an agent can do.
    package struct Capability: Hashable, Sendable {
        package let type: String
        /// What it has, for steps that ask for it.
        package var constraints = Constraints()
        fileprivate var constraintsText: JSONText?
        /// How many of the agent's slots a task of this type takes.
        package var slotCost = 1

        package init(type: String) { self.type = type }
    }

    package static let maximumCapabilities = 64
    private static let maximumLabels = 16
    private static let maximumTextLength = 128
    private static let maximumMetadataLength = 16_384
    package static let slotRange = 1...1000

    package init(_ types: [String]) {
        var known: Set<String> = []
        abilities = types.filter { known.insert($0).inserted }.map(Capability.init)
    }

    package var types: [String] { abilities.map(\.type) }

    package func ability(_ type: String) -> Capability? { abilities.first { $0.type == type } }

    /// Whether the agent has all that tasks of a type ask for.
    package func meets(_ requirement: Constraints, of type: String) -> Bool {
        ability(type).map { requirement.isMet(by: $0.constraints) } ?? false
    }

    /// Of each type: what is asked for and the agent has not.
    package func unmet(_ requirement: Constraints, of type: String) -> [String] {
        requirement.unmet(by: ability(type)?.constraints ?? Constraints())
    }

    /// The slots that its tasks of a type take.
    package func slotCost(of type: String) -> Int { ability(type)?.slotCost ?? 1 }
}

// MARK: Reading and writing

extension AgentProfile {
    /// Reads `{"capabilities", "version", "labels", "metadata"}`.
    package init(reading reader: inout JSONObjectReader, slots: Int, problems: inout JSONProblems) {
        abilities = []
        version = reader.optional(string: "version", length: 1...Self.maximumTextLength, problems: &problems)
        let pointer = reader.pointer("capabilities")
        if let nodes = reader.required(array: "capabilities", problems: &problems) {
            if !(1...Self.maximumCapabilities).contains(nodes.count) {
                problems.add(pointer, "expected 1 to \(Self.maximumCapabilities) task types, found \(nodes.count)")
            }
            for (index, node) in nodes.prefix(Self.maximumCapabilities).enumerated() {
                guard let found = Capability(node, at: "\(pointer)/\(index)", slots, problems: &problems) else {
                    continue
                }
                if abilities.contains(where: { $0.type == found.type }) {
                    problems.add("\(pointer)/\(index)", "'\(found.type)' is named twice")
                } else {
                    abilities.append(found)
                }
            }
        }
        readLabels(&reader, problems: &problems)
        if let node = reader.optional(object: "metadata", problems: &problems) {
            if node.byteCount > Self.maximumMetadataLength {
                problems.add(
                    reader.pointer("metadata"),
                    "expected at most \(Self.maximumMetadataLength) bytes, found \(node.byteCount)")
            }
            metadata = node.text
        }
    }

    private mutating func readLabels(_ reader: inout JSONObjectReader, problems: inout JSONProblems) {
        guard let node = reader.optional(object: "labels", problems: &problems) else { return }
        let pointer = reader.pointer("labels")
        if node.members.count > Self.maximumLabels {
            problems.add(pointer, "\(node.members.count) labels are more than the limit of \(Self.maximumLabels)")
        }
        for (name, value) in node.members {
            let place = "\(pointer)/\(JSONPointer.escaped(name))"
            if !Identifier.isValid(name) {
                problems.add(place, "'\(name.prefix(80))' is not a label: \(Identifier.rule())")
            } else if let text = value.string, text.utf8.count <= Self.maximumTextLength {
                labels[name] = text
            } else {
                problems.add(place, "a label's value is a string of at most \(Self.maximumTextLength) bytes")
            }
        }
    }

    /// Reads what `json` wrote.
    init?(stored text: JSONText) {
        var problems = JSONProblems()
        guard var reader = JSONObjectReader(JSONNode(text), at: "", problems: &problems) else { return nil }
        self.init(reading: &reader, slots: Self.slotRange.upperBound, problems: &problems)
    }

    var json: JSONText {
        var writer = JSONWriter()
        writer.object { write(to: &$0) }
        return writer.text
    }

    /// As an agent registers: what it does not say is not there.
    private func write(to writer: inout JSONWriter) {
        writer.name("capabilities")
        writer.array(abilities) { $1.write(to: &$0) }
        writeRest(to: &writer)
    }

    /// For whoever reads of it: the names of the types, and apart from them what is special about some.
    package func describe(to writer: inout JSONWriter) {
        writer.name("capabilities")
        writer.array(abilities) { $0.string($1.type) }
        let constrained = abilities.filter { $0.constraintsText != nil }
        if !constrained.isEmpty {
            writer.name("constraints")
            writer.object { writer in
                for ability in constrained { writer.field(ability.type, raw: ability.constraintsText ?? .null) }
            }
        }
        let costly = abilities.filter { $0.slotCost != 1 }
        if !costly.isEmpty {
            writer.name("slot_costs")
            writer.object { writer in
                for ability in costly { writer.field(ability.type, ability.slotCost) }
            }
        }
        writeRest(to: &writer)
    }

    private func writeRest(to writer: inout JSONWriter) {
        writer.field("version", optional: version)
        if !labels.isEmpty {
            writer.name("labels")
            writer.object { writer in
                for (name, value) in labels.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
            }
        }
        if let metadata { writer.field("metadata", raw: metadata) }
    }
}

extension AgentProfile.Capability {
    /// A task type, or an object with what the agent has for it.
    fileprivate init?(_ node: JSONNode, at pointer: String, _ slots: Int, problems: inout JSONProblems) {
        guard node.kind == .object else {
            guard let type = node.string, Identifier.isValid(type) else {
                problems.add(pointer, "expected a task type: \(Identifier.rule())")
                return nil
            }
            self.init(type: type)
            return
        }
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let type = reader.required(string: "task_type", problems: &problems)
        if let type, !Identifier.isValid(type) {
            problems.add(reader.pointer("task_type"), "expected a task type: \(Identifier.rule())")
        }
        let constraints = reader.optional("constraints")
        let terms = constraints.map {
            Constraints(
                $0, at: reader.pointer("constraints"), atMost: Constraints.maximumTerms, problems: &problems)
        }
        let cost = reader.optional(integer: "slot_cost", in: 1...max(slots, 1), problems: &problems)
        reader.finish(problems: &problems)
        guard let type else { return nil }
        self.init(type: type)
        self.constraints = terms ?? Constraints()
        constraintsText = constraints?.text
        slotCost = cost ?? 1
    }

    fileprivate func write(to writer: inout JSONWriter) {
        guard constraintsText != nil || slotCost != 1 else { return writer.string(type) }
        writer.object { writer in
            writer.field("task_type", type)
            if let constraintsText { writer.field("constraints", raw: constraintsText) }
            if slotCost != 1 { writer.field("slot_cost", slotCost) }
        }
    }
}
