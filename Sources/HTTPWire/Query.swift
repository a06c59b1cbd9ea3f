/// What stands behind a target's `?`: as it was sent, and taken apart on demand.
package struct Query: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Still encoded; `nil` if the target has no `?`.
    package let raw: String?

    package init(_ raw: String?) {
        self.raw = raw
    }

    /// The decoded names and values in their order, `+` read as a space like in forms. A name without `=` has an
    /// empty value.
    package func items() throws(PercentEncodingError) -> [Item] {
        var items: [Item] = []
        for pair in (raw ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = Substring(pair[..<(equals ?? pair.endIndex)])
            let value = equals.map { Substring(pair[pair.index(after: $0)...]) } ?? ""
            items.append(
                Item(
                    name: try PercentEncoding.decode(name, plusIsSpace: true),
                    value: try PercentEncoding.decode(value, plusIsSpace: true)))
        }
        return items
    }
}
