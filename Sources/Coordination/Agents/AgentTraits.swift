import WorkflowCore

/// What an agent has, by task type, as take.lua knows it: `<type>?<term>`, with spaces between them.
package struct AgentTraits: Hashable, Sendable {
    private let byType: [String: Constraints]

    package init(_ text: String = "") {
        var terms: [String: [String]] = [:]
        for trait in text.split(separator: " ") {
            let parts = trait.split(separator: "?", maxSplits: 1)
            if parts.count == 2 { terms[String(parts[0]), default: []].append(String(parts[1])) }
        }
        byType = terms.mapValues { Constraints($0.joined(separator: "&")) }
    }

    package init(_ profile: AgentProfile) {
        let known = profile.abilities.filter { !$0.constraints.isEmpty }.map { ($0.type, $0.constraints) }
        byType = Dictionary(known) { first, _ in first }
    }

    package var text: String {
        byType.sorted { $0.key < $1.key }.flatMap { type, has in has.terms.map { "\(type)?\($0)" } }
            .joined(separator: " ")
    }

    package func mayTake(_ call: TaskCall) -> Bool {
        switch call.audience {
        case .pool: true
        case .meeting(let requirement): byType[call.type].map(requirement.isMet) ?? false
        case .agent: false
        }
    }
}
