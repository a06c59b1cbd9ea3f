import OrderedCollections

/// A value inside a valid document, read only as far as it is asked: the document's bytes are shared, not copied.
package struct JSONNode: Sendable {
    private let bytes: [UInt8]
    private let start: Int
    private let end: Int

    package enum Kind: String, Sendable, CustomStringConvertible {
        case null, bool, number, string, array, object

        package var description: String {
            switch self {
            case .null: "null"
            case .bool: "a boolean"
            case .number: "a number"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        }
    }

    package init(_ document: JSONText) {
        bytes = document.bytes
        start = JSONScan.skipSpace(bytes, 0)
        // It is one value: nothing has to be passed over to find its end.
        end = max(start, (bytes.lastIndex { !JSONScan.isSpace($0) } ?? -1) + 1)
    }

    private init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        self.bytes = bytes
        self.start = start
        self.end = end
    }

    package var kind: Kind {
        switch bytes[start] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// Exactly the bytes that stood in the document.
    package var text: JSONText {
        start == 0 && end == bytes.count ? JSONText(unchecked: bytes) : JSONText(unchecked: Array(bytes[start..<end]))
    }

    /// Where `text` begins in the document, in bytes.
    package var offset: Int { start }

    /// The length of `text`, without a copy.
    package var byteCount: Int { end - start }

    package var string: String? {
        kind == .string ? JSONScan.decode(bytes, start + 1..<end - 1) : nil
    }

    package var bool: Bool? {
        kind == .bool ? bytes[start] == UInt8(ascii: "t") : nil
    }

    /// A number written without fraction and exponent.
    package var int64: Int64? {
        kind == .number ? Int64(String(decoding: bytes[start..<end], as: UTF8.self)) : nil
    }

    package var double: Double? {
        kind == .number ? Double(String(decoding: bytes[start..<end], as: UTF8.self)) : nil
    }

    /// The elements of an array; none for other kinds.
    package var elements: [JSONNode] {
        guard kind == .array else { return [] }
        var elements: [JSONNode] = []
        var index = JSONScan.skipSpace(bytes, start + 1)
        while bytes[index] != UInt8(ascii: "]") {
            let next = JSONScan.endOfValue(bytes, index)
            elements.append(JSONNode(bytes, index, next))
            index = separator(after: next)
        }
        return elements
    }

    /// The members of an object in the order of the source; none for other kinds.
    package var members: [(name: String, node: JSONNode)] {
        var members: [(name: String, node: JSONNode)] = []
        // Most objects have few, and would otherwise grow for each of the first.
        members.reserveCapacity(8)
        forEachMember { name, node in
            members.append((JSONScan.decode(bytes, name), node))
            return true
        }
        return members
    }

    /// The member of that name, found without decoding the others.
    package func member(_ name: String) -> JSONNode? {
        var found: JSONNode?
        forEachMember { range, node in
            let isMatch =
                bytes[range].contains(UInt8(ascii: "\\"))
                ? JSONScan.decode(bytes, range) == name : bytes[range].elementsEqual(name.utf8)
            if isMatch { found = node }
            return !isMatch
        }
        return found
    }

    private func forEachMember(_ visit: (Range<Int>, JSONNode) -> Bool) {
        guard kind == .object else { return }
        var index = JSONScan.skipSpace(bytes, start + 1)
        while bytes[index] == UInt8(ascii: "\"") {
            let endOfName = JSONScan.endOfString(bytes, index)
            let colon = JSONScan.skipSpace(bytes, endOfName)
            let value = JSONScan.skipSpace(bytes, colon + 1)
            let next = JSONScan.endOfValue(bytes, value)
            guard visit(index + 1..<endOfName - 1, JSONNode(bytes, value, next)) else { return }
            index = separator(after: next)
        }
    }

    /// The start of the next element or member, or the closing bracket.
    private func separator(after index: Int) -> Int {
        let index = JSONScan.skipSpace(bytes, index)
        return bytes[index] == UInt8(ascii: ",") ? JSONScan.skipSpace(bytes, index + 1) : index
    }

    /// The tree below this value. The recursion is as deep as the document, which the validator bounds.
    package var value: JSONValue {
        switch kind {
        case .null: .null
        case .bool: .bool(bytes[start] == UInt8(ascii: "t"))
        case .number: int64.map(JSONValue.integer) ?? .double(double ?? 0)
        case .string: .string(JSONScan.decode(bytes, start + 1..<end - 1))
        case .array: .array(elements.map(\.value))
        case .object:
            .object(JSONObject(members.map { ($0.name, $0.node.value) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
