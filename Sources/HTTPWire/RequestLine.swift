import HTTPTypes

/// `method SP request-target SP HTTP-version` (RFC 9112 3), nothing more and nothing less.
struct RequestLine: Sendable {
    let method: HTTPRequest.Method
    let target: String
    let path: String
    let query: String?
    let isOldVersion: Bool

    init(_ line: ArraySlice<UInt8>) throws(MessageError) {
        let parts = line.split(separator: .space, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let method = HTTPRequest.Method(String(decoding: parts[0], as: UTF8.self)) else {
            throw Self.lineError(line)
        }
        isOldVersion = try HTTPVersion.isOld(parts[2], .malformedRequestLine)
        guard !parts[1].isEmpty, parts[1].allSatisfy({ $0.isVisible && $0 != UInt8(ascii: "#") }) else {
            throw Self.lineError(line)
        }
        self.method = method
        target = String(decoding: parts[1], as: UTF8.self)
        let relative = try Self.relative(target, method)
        if let mark = relative.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = String(relative[..<mark])
            query = String(relative[relative.utf8.index(after: mark)...])
        } else {
            path = String(relative)
            query = nil
        }
    }

    /// The target without scheme and authority (RFC 9112 3.2).
    private static func relative(_ target: String, _ method: HTTPRequest.Method) throws(MessageError) -> Substring {
        if target.utf8.first == UInt8(ascii: "/") { return target[...] }
        if method == .connect { throw .methodNotSupported("CONNECT") }
        if target == "*", method == .options { return target[...] }
        let scheme = ["http://", "https://"].first { target.lowercased().hasPrefix($0) }
        guard let scheme else { throw .malformedTarget }
        let rest = target.dropFirst(scheme.count)
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        if end == rest.startIndex { throw .malformedTarget }
        return rest[end...].hasPrefix("/") ? rest[end...] : Substring("/" + rest[end...])
    }

    private static func lineError(_ line: ArraySlice<UInt8>) -> MessageError {
        if line.contains(.carriageReturn) { return .bareCarriageReturn }
        return line.contains { $0 < 0x20 || $0 == 0x7F } ? .controlByte : .malformedRequestLine
    }
}

/// `HTTP/1.1` and its elder.
enum HTTPVersion {
    /// Whether it is HTTP/1.0; later minor versions are spoken to as 1.1 (RFC 9110 2.5).
    static func isOld(_ text: ArraySlice<UInt8>, _ error: MessageError) throws(MessageError) -> Bool {
        let first = text.startIndex
        guard text.count == 8, text.starts(with: "HTTP/".utf8), text[first + 5].isDigit,
            text[first + 6] == UInt8(ascii: "."), text[first + 7].isDigit
        else { throw error }
        guard text[first + 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        return text[first + 7] == UInt8(ascii: "0")
    }
}
