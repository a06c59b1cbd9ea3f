import HTTPTypes
import HTTPWire
import Testing

@Suite("Messages are written")
struct MessageEncoderTests {
    static let date = Array("Date: now\r\n".utf8)

    static func response(
        _ fields: HTTPFields, _ framing: MessageEncoder.Framing, _ persistence: MessageEncoder.Persistence = .implied
    ) -> String {
        var bytes: [UInt8] = []
        MessageEncoder.append(status: .ok, fields, framing, persistence, date: date, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "A response's head says how the body ends and whether the connection goes on",
        arguments: [
            (MessageEncoder.Framing.length(12), MessageEncoder.Persistence.implied, "Content-Length: 12\r\n"),
            (.chunked, .close, "Transfer-Encoding: chunked\r\nConnection: close\r\n"),
            (.untilClose, .close, "Connection: close\r\n"),
            (.none, .said, "Connection: keep-alive\r\n"),
        ])
    func responseHead(
        _ framing: MessageEncoder.Framing, _ persistence: MessageEncoder.Persistence, _ text: String
    ) {
        let head = Self.response([.contentType: "text/plain"], framing, persistence)
        #expect(head == "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\n\(text)\r\n")
    }

    @Test("Fields about the connection are not the caller's to set")
    func ownFields() {
        let fields: HTTPFields = [
            .contentLength: "1", .transferEncoding: "chunked", .connection: "close", .date: "then", .eTag: "\"1\"",
        ]
        #expect(Self.response(fields, .length(0)) == Self.response([.eTag: "\"1\""], .length(0)))
    }

    @Test("No field's value brings a line of its own")
    func injection() {
        let fields: HTTPFields = [.location: "/a\r\nSet-Cookie: b", .eTag: "\u{0}\n"]
        #expect(Self.response(fields, .none).split(separator: "\r\n").count == 4)
        var lenient = HTTPFields()
        lenient.append(HTTPField(name: .location, lenientValue: Array("/a\r\nSet-Cookie: b".utf8)))
        #expect(Self.response(lenient, .none).split(separator: "\r\n").count == 3)
    }

    @Test("A request's head has host and length")
    func requestHead() {
        var bytes: [UInt8] = []
        let isValid = MessageEncoder.append(
            method: .post, target: "/a?b=c", host: "h:1", [.accept: "*/*"], .length(0), to: &bytes)
        #expect(isValid)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "POST /a?b=c HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(
        "A target or host that would end its line is not written",
        arguments: [("/a b", "h"), ("/a\r\nX: y", "h"), ("", "h"), ("/", "h\r\nX: y"), ("/\u{e9}", "h")])
    func badTarget(_ target: String, _ host: String) {
        var bytes: [UInt8] = []
        #expect(!MessageEncoder.append(method: .get, target: target, host: host, [:], .none, to: &bytes))
        #expect(bytes.isEmpty)
    }

    @Test("Chunks are read back as they were written, and an empty one is no end")
    func chunks() {
        var bytes = Array(Self.response([:], .chunked).utf8)
        for piece in ["a", "", String(repeating: "b", count: 300)] {
            MessageEncoder.append(chunk: Array(piece.utf8), to: &bytes)
        }
        bytes += MessageEncoder.lastChunk
        #expect(ResponseTranscript.of([bytes]) == ["200", "= a" + String(repeating: "b", count: 300)])
    }
}
