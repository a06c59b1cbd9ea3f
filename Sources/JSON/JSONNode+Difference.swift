/// Where two JSON values differ. White space, the order of members and how numbers and strings are written do not
/// matter.
extension JSONNode {
    /// The JSON pointer, from `pointer` on, of the first place at which the two are not the same; `nil` if they are.
    package func difference(from other: JSONNode, at pointer: String = "") -> String? {
        guard kind == other.kind else { return pointer }
        switch kind {
        case .null: return nil
        case .bool: return bool == other.bool ? nil : pointer
        case .number: return isSameNumber(as: other) ? nil : pointer
        case .string: return string == other.string ? nil : pointer
        case .array:
            let (mine, others) = (elements, other.elements)
            for (index, (element, twin)) in zip(mine, others).enumerated() {
                if let place = element.difference(from: twin, at: "\(pointer)/\(index)") { return place }
            }
            return mine.count == others.count ? nil : "\(pointer)/\(min(mine.count, others.count))"
        case .object: return differenceOfMembers(from: other, at: pointer)
        }
    }

    private func differenceOfMembers(from other: JSONNode, at pointer: String) -> String? {
        var others = Dictionary(other.members.map { ($0.name, $0.node) }) { first, _ in first }
        for (name, node) in members {
            let place = "\(pointer)/\(JSONPointer.escaped(name))"
            guard let twin = others.removeValue(forKey: name) else { return place }
            if let place = node.difference(from: twin, at: place) { return place }
        }
        return others.keys.min().map { "\(pointer)/\(JSONPointer.escaped($0))" }
    }

    /// Whole numbers are compared exactly: beyond 2^53 not all are doubles.
    private func isSameNumber(as other: JSONNode) -> Bool {
        if let mine = int64, let twin = other.int64 { return mine == twin }
        return double == other.double
    }
}
