package import HTTPTypes

/// A request's first line and header fields, and what they say about the connection.
package struct RequestHead: Hashable, Sendable {
    package var method: HTTPRequest.Method
    /// As it was sent: a path with query, an absolute URL, or `*` (RFC 9112 3.2).
    package var target: String
    /// The target's path as it was sent, still percent-encoded; `*` for the server as a whole.
    package var path: String
    /// What stands behind the target's `?`, still percent-encoded.
    package var query: String?
    package var headerFields: HTTPFields
    /// HTTP/1.0, which has no chunked bodies.
    package var isOldVersion: Bool
    /// Another request may follow on the connection.
    package var isPersistent: Bool
    /// The client waits for `100 Continue` before it sends the body (RFC 9110 10.1.1).
    package var expectsContinue: Bool
}
