/// A path with parameters, written as in OpenAPI: `/v1/workflows/{workflow_id}/cancel`.
package struct RouteTemplate: Hashable, Sendable, CustomStringConvertible {
    enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)
    }

    package let description: String
    let segments: [Segment]

    /// A template is part of the program: one that is malformed is a mistake in it.
    init(_ text: String) {
        precondition(text.hasPrefix("/"), "the route '\(text)' does not begin with '/'")
        description = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(String(segment)) }
            return .parameter(String(segment.dropFirst().dropLast()))
        }
    }
}
