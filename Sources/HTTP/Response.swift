package import HTTPTypes

/// What a responder answers. Content-Length, Transfer-Encoding, Date and Connection are the server's business: such
/// fields are left out of what is sent, save that `Connection: close` is heeded.
package struct Response: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Called once the head is written, and never for HEAD. What it writes is sent in chunks; when it throws, the
        /// connection is closed, so that the client sees that the body is cut off.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
    }

    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    package var body: Body

    package init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    package init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: [UInt8]) {
        self.init(status: status, headerFields: headerFields, body: .bytes(body))
    }
}
