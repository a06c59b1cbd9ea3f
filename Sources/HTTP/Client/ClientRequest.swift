package import HTTPTypes

/// A request to be sent.
package struct ClientRequest: Sendable {
    package var method: HTTPRequest.Method
    /// Path and query, percent-encoded.
    package var target: String
    package var headerFields: HTTPFields
    package var body: [UInt8]
    /// Sending it twice does no harm. It is sent again, once, when a connection that was kept turns out to have been
    /// closed meanwhile.
    package var isRepeatable: Bool

    /// Without a word about it, methods that are idempotent (RFC 9110 9.2.2) are repeatable.
    package init(
        _ method: HTTPRequest.Method, _ target: String, headerFields: HTTPFields = [:], body: [UInt8] = [],
        isRepeatable: Bool? = nil
    ) {
        self.method = method
        self.target = target
        self.headerFields = headerFields
        self.body = body
        self.isRepeatable = isRepeatable ?? [.get, .head, .put, .delete, .options].contains(method)
    }
}
