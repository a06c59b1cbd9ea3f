import JSON

/// Tests write JSON as they write strings.
extension JSONText: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(unchecked: Array(text.utf8))
    }
}
