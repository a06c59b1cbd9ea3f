import HTTPTypes
import HTTPWire
import Testing

@Suite("Answers are read")
struct ResponseParserTests {
    static let chunked = """
        HTTP/1.1 100 Continue\r
        \r
        HTTP/1.1 103 Early Hints\r
        Link: </style.css>\r
        \r
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        \r
        5\r
        hello\r
        6\r
         world\r
        0\r
        \r

        """

    @Test("Interim answers are skipped, chunks are put together, wherever they are split")
    func splitInTwo() {
        let bytes = Array(Self.chunked.utf8)
        for place in 0...bytes.count {
            let lines = ResponseTranscript.of([Array(bytes[..<place]), Array(bytes[place...])], thenEnd: false)
            #expect(lines == ["200", "= hello world"], "split at \(place)")
        }
    }

    @Test(
        "The body's end is found",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", HTTPRequest.Method.get, ["200", "= ab"]),
            ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .get, ["200", "= "]),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", .head, ["200", "= "]),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .head, ["200", "= "]),
            ("HTTP/1.1 204 No Content\r\n\r\n", .get, ["204", "= "]),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", .get, ["304", "= "]),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", .get, ["200 close", "= a"]),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", .get, ["200 close", "= a"]),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", .get, ["200", "= a", "and 2 bytes"]),
        ])
    func framing(_ text: String, _ method: HTTPRequest.Method, _ lines: [String]) {
        #expect(ResponseTranscript.of(text, to: method, thenEnd: false) == lines)
    }

    @Test("A body without a length ends with the connection, and only then")
    func untilClose() {
        let text = "HTTP/1.1 200 OK\r\n\r\nall there is"
        #expect(ResponseTranscript.of(text, thenEnd: false) == ["200 close"])
        #expect(ResponseTranscript.of(text) == ["200 close", "= all there is"])
    }

    @Test(
        "An answer that is cut off is told as such",
        arguments: [
            "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 100 Continue\r\n\r\n",
        ])
    func truncated(_ text: String) {
        #expect(ResponseTranscript.of(text).first == "\(MessageError.truncated)")
        let body = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"
        #expect(ResponseTranscript.of(body) == ["200", "\(MessageError.truncated)"])
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
        #expect(ResponseTranscript.of(chunks) == ["200", "\(MessageError.truncated)"])
    }

    @Test(
        "A status line that is not one",
        arguments: [
            "HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 0x1 OK\r\n", "HTTP/1.1 099 OK\r\n",
            "ICY 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 200 O\u{0}K\r\n",
        ])
    func statusLine(_ text: String) {
        #expect(ResponseTranscript.of(text, thenEnd: false).first == "\(MessageError.malformedStatusLine)")
    }

    @Test("Interim answers do not go on for ever")
    func endlessInterim() {
        let text = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 101)
        #expect(ResponseTranscript.of(text).first == "\(MessageError.tooManyFields(limit: 100))")
    }
}
