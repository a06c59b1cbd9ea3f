/// A part of a list. It may hold fewer than were asked for although more follow: what counts is `nextCursor`.
public struct Page<Element: Sendable>: Sendable {
    public var items: [Element]
    /// What the next page is asked for with; `nil` at the end.
    public var nextCursor: String?
}

extension Page: Equatable where Element: Equatable {}

extension Page {
    init(
        _ fields: Fields, _ name: String, _ element: (Fields) throws(GanglionError) -> Element
    ) throws(GanglionError) {
        items = try fields.list(name) { node throws(GanglionError) in
            try element(try Fields(node, "an element of '\(name)'"))
        }
        nextCursor = try fields.optionalString("next_cursor")
    }
}
