import HTTPTypes
import HTTPWire
import Sockets

/// A client that says what it is told to say, byte by byte.
final class WireClient {
    let stream: SocketStream
    /// What came last; its end may belong to the next answer.
    private var pending: [UInt8] = []

    init(_ stream: SocketStream) {
        self.stream = stream
    }

    func send(_ text: String) async throws {
        try await stream.write(Array(text.utf8))
    }

    func get(_ target: String, _ fields: String = "") async throws {
        try await send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }

    /// So many answers, each as its status, its Connection field if it has one, and its body.
    func answers(_ count: Int = 1, to method: HTTPRequest.Method = .get) async throws -> [String] {
        var answers: [String] = []
        for _ in 0..<count { answers.append(try await answer(to: method)) }
        return answers
    }

    private func answer(to method: HTTPRequest.Method) async throws -> String {
        var parser = ResponseParser(to: method, limits: Self.limits)
        parser.feed(pending)
        var (text, body) = ("", [UInt8]())
        while true {
            switch try parser.next() {
            case .head(let head):
                text = "\(head.status.code) " + (head.headerFields[.connection].map { "\($0) " } ?? "")
            case .body(let piece): body += piece
            case .end:
                pending = pending.suffix(parser.bufferedCount)
                return text + String(decoding: body, as: UTF8.self)
            case nil:
                pending = try await stream.read()
                if pending.isEmpty { try parser.feedEnd() } else { parser.feed(pending) }
            }
        }
    }

    private static let limits: MessageLimits = {
        var limits = MessageLimits()
        limits.body = 64 * 1024 * 1024
        return limits
    }()

    /// All that comes until the server closes its side.
    func readToEnd() async throws -> String {
        var all = pending
        while true {
            let bytes = try await stream.read()
            if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += bytes
        }
    }

    func close() async {
        await stream.close()
    }
}
