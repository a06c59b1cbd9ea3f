import HTTPTypes
import HTTPWire

/// Decides how a response is framed and whether the connection goes on, and writes its first bytes.
struct ResponseEncoder {
    /// The head, and the body behind it if that is small.
    private(set) var firstBytes: [UInt8] = []
    /// The body follows by itself.
    let isBodySeparate: Bool
    /// There is a body for the client to read.
    let hasBody: Bool
    let isChunked: Bool
    /// Nothing follows on the connection.
    let isLast: Bool

    /// A larger body is not copied behind its head.
    private static let largeBody = 64 * 1024
    private static let headEstimate = 512

    init(_ response: Response, to head: RequestHead, isLast: Bool, date: [UInt8]) {
        hasBody = head.method != .head && response.mayHaveBody
        let framing: MessageEncoder.Framing
        switch response.body {
        case .bytes(let body):
            framing = response.mayHaveBody ? .length(body.count) : .none
            isBodySeparate = hasBody && body.count > Self.largeBody
        case .stream:
            framing = !response.mayHaveBody ? .none : head.isOldVersion ? .untilClose : .chunked
            isBodySeparate = false
        }
        isChunked = framing == .chunked
        self.isLast = isLast || !head.isPersistent || framing == .untilClose || response.asksForClose
        let persistence: MessageEncoder.Persistence = self.isLast ? .close : head.isOldVersion ? .said : .implied
        append(response, framing, persistence, date, withBody: hasBody && !isBodySeparate)
    }

    private mutating func append(
        _ response: Response, _ framing: MessageEncoder.Framing, _ persistence: MessageEncoder.Persistence,
        _ date: [UInt8], withBody: Bool
    ) {
        var inlineBody: [UInt8] = []
        if withBody, case .bytes(let body) = response.body { inlineBody = body }
        firstBytes.reserveCapacity(Self.headEstimate + inlineBody.count)
        MessageEncoder.append(
            status: response.status, response.headerFields, framing, persistence, date: date, to: &firstBytes)
        firstBytes += inlineBody
    }

    /// A whole answer to a request that was not understood; after it the connection ends.
    static func lastBytes(_ response: Response, date: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        var bytes: [UInt8] = []
        MessageEncoder.append(
            status: response.status, response.headerFields, .length(body.count), .close, date: date, to: &bytes)
        return bytes + body
    }
}

extension Response {
    /// 1xx, 204 and 304 end with their head (RFC 9112 6.3).
    fileprivate var mayHaveBody: Bool {
        status.kind != .informational && status.code != 204 && status.code != 304
    }

    fileprivate var asksForClose: Bool {
        headerFields[values: .connection].contains { $0.lowercased() == "close" }
    }
}
