import HTTPTypes
import HTTPWire
import Sockets

/// Reads one response from a connection that no client minds.
enum RawAnswer {
    static func read(from stream: SocketStream, to method: HTTPRequest.Method) async throws -> Answer {
        var parser = ResponseParser(to: method)
        var head: ResponseHead?
        var body: [UInt8] = []
        while true {
            switch try parser.next() {
            case .head(let found): head = found
            case .body(let piece): body += piece
            case .end: return Answer(head?.status ?? .ok, head?.headerFields ?? [:], body)
            case nil:
                let bytes = try await stream.read(timeout: .seconds(20))
                if bytes.isEmpty { try parser.feedEnd() } else { parser.feed(bytes) }
            }
        }
    }
}
