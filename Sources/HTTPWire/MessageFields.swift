import HTTPTypes

/// What the header fields say about the message itself: how its body is framed, whether the connection goes on, what
/// is expected (RFC 9112 6 and 9.3, RFC 9110 10.1.1).
struct MessageFields {
    private(set) var contentLength: Int?
    private(set) var transferCodings: [Substring]?
    private(set) var hosts: [String] = []
    private(set) var isCloseAsked = false
    private(set) var isKeepAliveAsked = false
    private(set) var expectations: [String] = []

    init(_ fields: HTTPFields) throws(MessageError) {
        for field in fields {
            switch field.name.canonicalName {
            case "content-length": try addContentLength(field.value)
            case "transfer-encoding": transferCodings = (transferCodings ?? []) + Self.list(field.value)
            case "host": hosts.append(field.value)
            case "connection": addConnectionOptions(field.value)
            case "expect": expectations.append(field.value)
            default: continue
            }
        }
    }

    /// Both lengths, or one that is not understood, are how requests are smuggled: no guess is made (RFC 9112 6.3).
    func isChunked(isOldVersion: Bool) throws(MessageError) -> Bool {
        guard let transferCodings else { return false }
        if contentLength != nil { throw .contentLengthAndTransferEncoding }
        if isOldVersion { throw .transferEncodingInOldVersion }
        guard transferCodings.count == 1, transferCodings[0].lowercased() == "chunked" else {
            throw .unknownTransferCoding
        }
        return true
    }

    func isPersistent(isOldVersion: Bool) -> Bool {
        !isCloseAsked && (!isOldVersion || isKeepAliveAsked)
    }

    private mutating func addContentLength(_ text: String) throws(MessageError) {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { throw .malformedContentLength }
        // More digits than an Int has are a length all the same, only no one that anybody would read.
        let length = Int(text) ?? .max
        if let contentLength, contentLength != length { throw .differingContentLengths }
        contentLength = length
    }

    private mutating func addConnectionOptions(_ text: String) {
        for option in Self.list(text) {
            switch option.lowercased() {
            case "close": isCloseAsked = true
            case "keep-alive": isKeepAliveAsked = true
            default: continue
            }
        }
    }

    /// The members of a comma-separated list; empty ones do not count (RFC 9110 5.6.1).
    private static func list(_ text: String) -> [Substring] {
        text.split(separator: ",").compactMap { member in
            let trimmed = member.drop { $0 == " " || $0 == "\t" }
            guard let last = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
            return trimmed[...last]
        }
    }
}
