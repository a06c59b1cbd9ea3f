package import JSON

/// Properties and their values: what an agent has, or what a step asks of the agent that does it.
///
/// They are kept as terms, `model=gpt-5`, one for each value. An agent meets a requirement if it has all of its terms:
/// so a value that is asked for has to be the agent's, or one of those in its list, and a property that the agent does
/// not tell of is not met. Nothing is compared by size, and `8` is another value than `"8"`.
package struct Constraints: Hashable, Sendable, CustomStringConvertible {
    /// In order, each once.
    package let terms: [String]

    package static let maximumTerms = 256
    /// A requirement is part of a queue's name.
    package static let maximumRequiredTerms = 16
    private static let maximumValueLength = 256

    package init() { terms = [] }

    private init(terms: [String]) { self.terms = Set(terms).sorted() }

    /// Reads what `description` gives.
    package init(_ text: some StringProtocol) {
        self.init(terms: text.split { $0 == "&" }.map { String($0) })
    }

    package var isEmpty: Bool { terms.isEmpty }

    package var description: String { terms.joined(separator: "&") }

    package func isMet(by others: Constraints) -> Bool { unmet(by: others).isEmpty }

    /// The terms that the others do not have.
    package func unmet(by others: Constraints) -> [String] {
        guard !terms.isEmpty else { return [] }
        return terms.filter { !others.terms.contains($0) }
    }

    /// A term as a person reads it: `model 'gpt-5'`.
    package static func shown(_ term: String) -> String {
        let parts = term.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.last ?? ""
        guard value.first == "#" else { return "\(parts[0]) '\(TaskLane.decoded(String(value)))'" }
        return "\(parts[0]) \(value.dropFirst())"
    }

    // MARK: Reading

    /// Reads `{"model": "gpt-5", "languages": ["de", "en"]}`.
    package init(_ node: JSONNode, at pointer: String, atMost limit: Int, problems: inout JSONProblems) {
        var terms: [String] = []
        if node.kind != .object { problems.add(pointer, "expected an object, found \(node.kind)") }
        for (name, value) in node.members {
            let place = "\(pointer)/\(JSONPointer.escaped(name))"
            guard Identifier.isValid(name) else {
                problems.add(place, "'\(name.prefix(80))' is not a property: \(Identifier.rule())")
                continue
            }
            guard value.kind == .array else {
                Self.term(name, value, at: place, problems: &problems).map { terms.append($0) }
                continue
            }
            for (index, element) in value.elements.enumerated() {
                Self.term(name, element, at: "\(place)/\(index)", problems: &problems).map { terms.append($0) }
            }
        }
        if terms.count > limit {
            problems.add(pointer, "\(terms.count) values are more than the limit of \(limit)")
            terms = []
        }
        self.init(terms: terms)
    }

    private static func term(
        _ name: String, _ value: JSONNode, at pointer: String, problems: inout JSONProblems
    ) -> String? {
        switch value.kind {
        case .string:
            let text = value.string ?? ""
            if text.utf8.count <= maximumValueLength { return "\(name)=\(TaskLane.encoded(text))" }
            problems.add(pointer, "expected at most \(maximumValueLength) bytes, found \(text.utf8.count)")
        case .bool: return "\(name)=#\(value.bool == true)"
        case .number:
            if let integer = value.int64 ?? value.double.flatMap(Int64.init(exactly:)) { return "\(name)=#\(integer)" }
            return value.double.map { "\(name)=#\($0)" }
        case .null, .array, .object:
            problems.add(pointer, "expected a string, a number or a boolean, found \(value.kind)")
        }
        return nil
    }
}
