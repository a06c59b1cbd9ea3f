/// Reads an object strictly: every field by name and type, and at the end whatever nobody asked for is a problem.
///
/// Problems are collected, not thrown, so that a client is told all of them at once. A method gives `nil` both for an
/// absent optional field and for one that is wrong; `problems` tells the two apart.
package struct JSONObjectReader {
    private let members: [(name: String, node: JSONNode)]
    private let base: String
    private var asked: [String] = []

    package init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard node.kind == .object else {
            problems.add(pointer, "expected an object, found \(node.kind)")
            return nil
        }
        members = node.members
        base = pointer
    }

    package func pointer(_ name: String) -> String { "\(base)/\(JSONPointer.escaped(name))" }

    /// Accepts a field that somebody else reads.
    package mutating func ignore(_ name: String) { asked.append(name) }

    /// Reports the fields that were not asked for.
    package func finish(problems: inout JSONProblems) {
        for (name, _) in members where !asked.contains(name) {
            problems.add(
                pointer(name),
                "no field is called '\(name.prefix(64))' here\(Suggestion.text(for: name, among: asked))")
        }
    }

    // MARK: Any value

    package mutating func optional(_ name: String) -> JSONNode? {
        asked.append(name)
        return members.first { $0.name == name }?.node
    }

    package mutating func required(_ name: String, problems: inout JSONProblems) -> JSONNode? {
        let node = optional(name)
        if node == nil { problems.add(pointer(name), "the field '\(name)' is missing") }
        return node
    }

    // MARK: Strings

    package mutating func optional(
        string name: String, length: ClosedRange<Int>? = nil, problems: inout JSONProblems
    ) -> String? {
        optional(name).flatMap { string($0, name, length, &problems) }
    }

    package mutating func required(
        string name: String, length: ClosedRange<Int>? = nil, problems: inout JSONProblems
    ) -> String? {
        required(name, problems: &problems).flatMap { string($0, name, length, &problems) }
    }

    /// One of an enumeration's raw values.
    package mutating func optional<Value: CaseIterable & RawRepresentable<String>>(
        enumerated name: String, as type: Value.Type, problems: inout JSONProblems
    ) -> Value? {
        guard let text = optional(string: name, problems: &problems) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
        problems.add(pointer(name), "'\(text.prefix(64))' is not one of: \(allowed)")
        return nil
    }

    // MARK: Numbers and booleans

    package mutating func optional(
        integer name: String, in range: ClosedRange<Int>, problems: inout JSONProblems
    ) -> Int? {
        optional(name).flatMap { integer($0, name, range, &problems) }
    }

    package mutating func required(
        integer name: String, in range: ClosedRange<Int>, problems: inout JSONProblems
    ) -> Int? {
        required(name, problems: &problems).flatMap { integer($0, name, range, &problems) }
    }

    package mutating func optional(
        number name: String, in range: ClosedRange<Double>, problems: inout JSONProblems
    ) -> Double? {
        guard let node = optional(name) else { return nil }
        if let number = node.double, range.contains(number) { return number }
        problems.add(pointer(name), "expected a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    package mutating func optional(bool name: String, problems: inout JSONProblems) -> Bool? {
        guard let node = optional(name) else { return nil }
        if let bool = node.bool { return bool }
        problems.add(pointer(name), "expected true or false, found \(node.kind)")
        return nil
    }

    // MARK: Containers

    package mutating func optional(array name: String, problems: inout JSONProblems) -> [JSONNode]? {
        optional(name).flatMap { elements($0, name, &problems) }
    }

    package mutating func required(array name: String, problems: inout JSONProblems) -> [JSONNode]? {
        required(name, problems: &problems).flatMap { elements($0, name, &problems) }
    }

    package mutating func optional(object name: String, problems: inout JSONProblems) -> JSONNode? {
        guard let node = optional(name) else { return nil }
        if node.kind == .object { return node }
        problems.add(pointer(name), "expected an object, found \(node.kind)")
        return nil
    }

    // MARK: Checks

    private func string(
        _ node: JSONNode, _ name: String, _ length: ClosedRange<Int>?, _ problems: inout JSONProblems
    ) -> String? {
        guard let string = node.string else {
            problems.add(pointer(name), "expected a string, found \(node.kind)")
            return nil
        }
        if let length, !length.contains(string.utf8.count) {
            let allowed = "\(length.lowerBound) to \(length.upperBound) bytes"
            problems.add(pointer(name), "expected \(allowed), found \(string.utf8.count)")
            return nil
        }
        return string
    }

    private func integer(
        _ node: JSONNode, _ name: String, _ range: ClosedRange<Int>, _ problems: inout JSONProblems
    ) -> Int? {
        if let integer = node.int64, let value = Int(exactly: integer), range.contains(value) { return value }
        let found = node.kind == .number ? node.text.string : "\(node.kind)"
        problems.add(
            pointer(name), "expected a whole number from \(range.lowerBound) to \(range.upperBound), found \(found)")
        return nil
    }

    private func elements(_ node: JSONNode, _ name: String, _ problems: inout JSONProblems) -> [JSONNode]? {
        if node.kind == .array { return node.elements }
        problems.add(pointer(name), "expected an array, found \(node.kind)")
        return nil
    }
}
