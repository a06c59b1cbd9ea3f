import HTTPTypes
import HTTPWire
import Testing

@Suite("Requests are read")
struct RequestParserTests {
    static let pipeline = """
        POST /v1/workflows?dry_run=true HTTP/1.1\r
        Host: ganglion.local:8080\r
        Content-Type: application/json\r
        Content-Length: 7\r
        \r
        {"a":1}\r
        GET /v1/workflows/wf_1 HTTP/1.1\r
        host: [::1]\r
        Accept:  \t application/json, text/event-stream \t \r
        X-Empty:\r
        \r
        PUT http://ganglion.local/v1/x?y HTTP/1.1\r
        Host: ganglion.local\r
        Transfer-Encoding: Chunked\r
        \r
        5;name=value\r
        hello\r
        00006 ; quoted="a;b"\r
         world\r
        0\r
        X-Trailer: dropped\r
        \r
        OPTIONS * HTTP/1.1\r
        Host:\r
        Connection: foo, Close\r
        \r

        """

    static let understood = [
        "POST /v1/workflows ?dry_run=true", "  Content-Type: application/json", "  Content-Length: 7",
        #"  = {"a":1}"#,
        "GET /v1/workflows/wf_1", "  Accept: application/json, text/event-stream", "  X-Empty: ",
        "PUT /v1/x ?y", "  Transfer-Encoding: Chunked", "  = hello world",
        "OPTIONS * close", "  Connection: foo, Close",
        "then idle",
    ]

    @Test("A pipeline of requests is read in order")
    func pipelining() {
        #expect(RequestTranscript.of(Self.pipeline) == Self.understood)
    }

    @Test("Wherever the bytes are split in two, the same requests are read")
    func splitInTwo() {
        let bytes = Array(Self.pipeline.utf8)
        for place in 0...bytes.count {
            let transcript = RequestTranscript.of([Array(bytes[..<place]), Array(bytes[place...])])
            #expect(transcript == Self.understood, "split at \(place)")
        }
    }

    @Test("Byte by byte the same requests are read")
    func byteByByte() {
        #expect(RequestTranscript.of(Self.pipeline.utf8.map { [$0] }) == Self.understood)
    }

    @Test(
        "Connections persist in HTTP/1.1 unless closed, in HTTP/1.0 only if asked",
        arguments: [
            ("HTTP/1.1", "", true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "keep-alive, close", false),
            ("HTTP/1.1", "closed", true), ("HTTP/1.9", "", true), ("HTTP/1.0", "", false),
            ("HTTP/1.0", "Keep-Alive", true), ("HTTP/1.0", "keep-alive,close", false),
        ])
    func persistence(_ version: String, _ connection: String, _ isPersistent: Bool) throws {
        let field = connection.isEmpty ? "" : "Connection: \(connection)\r\n"
        var parser = RequestParser()
        parser.feed(Array("GET / \(version)\r\nHost: a\r\n\(field)\r\n".utf8))
        guard case .request(let head, _) = try parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(head.isPersistent == isPersistent)
    }

    @Test("An expectation is told while the body is still to come, and not once it is there")
    func expectation() throws {
        let head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
        var parser = RequestParser()
        parser.feed(Array(head.utf8))
        #expect(try parser.next() == .expectsContinue)
        #expect(try parser.next() == nil)
        #expect(parser.phase == .body)
        parser.feed(Array("ab".utf8))
        guard case .request(_, let body) = try parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(body == Array("ab".utf8))
        parser.feed(Array((head + "cd").utf8))
        guard case .request(_, let second) = try parser.next() else {
            Issue.record("the body is there, and so nothing is to be continued")
            return
        }
        #expect(second == Array("cd".utf8))
    }

    @Test("An expectation without a body, or from HTTP/1.0, expects nothing")
    func idleExpectations() {
        let old = "PUT / HTTP/1.0\r\nExpect: something\r\nContent-Length: 1\r\n\r\na"
        #expect(
            RequestTranscript.of(old)
                == ["PUT / 1.0 close", "  Expect: something", "  Content-Length: 1", "  = a", "then idle"])
        let bodiless = "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"
        #expect(RequestTranscript.of(bodiless) == ["GET /", "  Expect: 100-continue", "then idle"])
    }

    @Test("The phase tells what is waited for, and the target is known as soon as its line is")
    func phases() throws {
        var parser = RequestParser()
        #expect(parser.phase == .idle)
        for (text, phase, target) in [
            ("\r\n", RequestParser.Phase.idle, nil as String?), ("P", .head, nil), ("UT /a HTTP/1.1\r\n", .head, "/a"),
            ("Host: a\r\nContent-Length: 1\r\n", .head, "/a"), ("\r\n", .body, "/a"),
        ] {
            parser.feed(Array(text.utf8))
            #expect(try parser.next() == nil)
            #expect(parser.phase == phase, "after \(text)")
            #expect(parser.target == target, "after \(text)")
        }
        parser.feed([0x61])
        #expect(try parser.next() != nil)
        #expect(parser.phase == .idle)
    }

    @Test("Field values that are not UTF-8 keep their bytes")
    func latin1() throws {
        var parser = RequestParser()
        parser.feed(Array("GET / HTTP/1.1\r\nHost: a\r\nX-Name: ".utf8) + [0xE9] + Array("\r\n\r\n".utf8))
        guard case .request(let head, _) = try parser.next() else {
            Issue.record("no request")
            return
        }
        let name = try #require(HTTPField.Name("X-Name"))
        let field = try #require(head.headerFields[fields: name].first)
        #expect(unsafe field.withUnsafeBytesOfValue { unsafe Array($0) } == [0xE9])
    }
}
