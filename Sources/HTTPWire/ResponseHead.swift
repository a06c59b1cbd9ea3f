package import HTTPTypes

/// A response's first line and header fields, and what they say about the connection.
package struct ResponseHead: Hashable, Sendable {
    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    /// Another request may follow on the connection, once the body has been read.
    package var isPersistent: Bool
}
