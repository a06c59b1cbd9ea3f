package import HTTPTypes

/// Writes heads and chunks. A field's name is a token and its value has no line ends by the types of HTTPTypes, so
/// that nothing can be smuggled into a head through them; targets and hosts, which are text, are checked here.
package enum MessageEncoder {
    /// How the receiver learns where a body ends.
    package enum Framing: Hashable, Sendable {
        /// There is no body, and nothing is said about one.
        case none
        case length(Int)
        case chunked
        /// The end of the connection; for responses only.
        case untilClose
    }

    /// What is said about the connection.
    package enum Persistence: Hashable, Sendable {
        /// It goes on, which HTTP/1.1 need not say.
        case implied
        /// It goes on, said to a client that speaks HTTP/1.0.
        case said
        case close
    }

    package static let continueHead = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Fields that belong to the connection and not to whoever gives the other fields.
    private static let own: Set = [
        "connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade",
    ]

    /// Appends a response's head. `date` is the whole line of the Date field, line end included.
    package static func append(
        status: HTTPResponse.Status, _ fields: HTTPFields, _ framing: Framing, _ persistence: Persistence,
        date: [UInt8], to bytes: inout [UInt8]
    ) {
        bytes.append(text: "HTTP/1.1 ")
        bytes.append(decimal: status.code)
        bytes.append(.space)
        bytes.append(text: status.reasonPhrase)
        bytes.appendLineEnd()
        bytes += date
        append(fields, framing, to: &bytes)
        switch persistence {
        case .implied: break
        case .said: bytes.append(text: "Connection: keep-alive\r\n")
        case .close: bytes.append(text: "Connection: close\r\n")
        }
        bytes.appendLineEnd()
    }

    /// Appends a request's head; false, and nothing is appended, if target or host have bytes that they may not have.
    package static func append(
        method: HTTPRequest.Method, target: String, host: String, _ fields: HTTPFields, _ framing: Framing,
        to bytes: inout [UInt8]
    ) -> Bool {
        guard !target.isEmpty, target.utf8.allSatisfy(\.isVisible), host.utf8.allSatisfy(\.isVisible) else {
            return false
        }
        bytes.append(text: method.rawValue)
        bytes.append(.space)
        bytes.append(text: target)
        bytes.append(text: " HTTP/1.1\r\nHost: ")
        bytes.append(text: host)
        bytes.appendLineEnd()
        append(fields, framing, to: &bytes)
        bytes.appendLineEnd()
        return true
    }

    /// Appends a piece of a chunked body; an empty one would be the body's end, and is left out.
    package static func append(chunk: [UInt8], to bytes: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        bytes.append(text: String(chunk.count, radix: 16))
        bytes.appendLineEnd()
        bytes += chunk
        bytes.appendLineEnd()
    }

    private static func append(_ fields: HTTPFields, _ framing: Framing, to bytes: inout [UInt8]) {
        for field in fields where !own.contains(field.name.canonicalName) && field.name.canonicalName != "host" {
            bytes.append(text: field.name.rawName)
            bytes.append(text: ": ")
            unsafe field.withUnsafeBytesOfValue { unsafe bytes.append(contentsOf: $0) }
            bytes.appendLineEnd()
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            bytes.append(text: "Content-Length: ")
            bytes.append(decimal: length)
            bytes.appendLineEnd()
        case .chunked: bytes.append(text: "Transfer-Encoding: chunked\r\n")
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }

    /// Short numbers are strings without an allocation.
    fileprivate mutating func append(decimal number: Int) {
        append(text: String(number))
    }

    fileprivate mutating func appendLineEnd() {
        append(.carriageReturn)
        append(.lineFeed)
    }
}
