import HTTPTypes
import HTTPWire
import Testing

@Suite("Requests are refused")
struct RefusedRequestTests {
    static let start = "GET / HTTP/1.1\r\nHost: a\r\n"
    static let post = "POST / HTTP/1.1\r\nHost: a\r\n"
    static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    @Test(
        "A first line that is not one",
        arguments: [
            ("GET /\r\n", MessageError.malformedRequestLine), ("GET  / HTTP/1.1\r\n", .malformedRequestLine),
            ("GET / HTTP/1.1 \r\n", .malformedRequestLine), (" GET / HTTP/1.1\r\n", .malformedRequestLine),
            ("GET\t/ HTTP/1.1\r\n", .controlByte), ("G(T / HTTP/1.1\r\n", .malformedRequestLine),
            ("GET / http/1.1\r\n", .malformedRequestLine), ("GET / HTTP/11\r\n", .malformedRequestLine),
            ("GET / HTTP/1.x\r\n", .malformedRequestLine), ("GET / HTTP/1.\u{661}\r\n", .malformedRequestLine),
            ("GET / HTTP/2.0\r\n", .unsupportedVersion), ("GET / HTTP/0.9\r\n", .unsupportedVersion),
            ("GET /a b HTTP/1.1\r\n", .malformedRequestLine), ("GET /\u{0} HTTP/1.1\r\n", .controlByte),
            ("GET /\r HTTP/1.1\r\n", .bareCarriageReturn), ("GET / HTTP/1.1\n", .bareLineFeed),
            ("\nGET / HTTP/1.1\r\n", .bareLineFeed), ("GET /# HTTP/1.1\r\n", .malformedRequestLine),
            ("GET /\u{e9} HTTP/1.1\r\n", .malformedRequestLine), ("GET * HTTP/1.1\r\n", .malformedTarget),
            ("GET a HTTP/1.1\r\n", .malformedTarget), ("GET ftp://a/ HTTP/1.1\r\n", .malformedTarget),
            ("GET http:// HTTP/1.1\r\n", .malformedTarget), ("GET http:///a HTTP/1.1\r\n", .malformedTarget),
            ("CONNECT a:80 HTTP/1.1\r\n", .methodNotSupported("CONNECT")),
        ])
    func startLine(_ text: String, _ error: MessageError) {
        #expect(RequestTranscript.of(text) == ["\(error.status.code) \(error)"])
    }

    @Test(
        "A header section that is not one",
        arguments: [
            ("Name : a\r\n", MessageError.spaceBeforeColon), ("Name\t: a\r\n", .spaceBeforeColon),
            (": a\r\n", .malformedFieldName), ("Name\r\n", .malformedFieldName), ("Na me: a\r\n", .malformedFieldName),
            ("N\u{e4}me: a\r\n", .malformedFieldName), ("Name: a\r\n folded: b\r\n", .foldedField),
            ("Name: a\r\n\tfolded\r\n", .foldedField), ("Name: a\rb\r\n", .bareCarriageReturn),
            ("Name: a\r\r\n", .bareCarriageReturn), ("Na\rme: a\r\n", .bareCarriageReturn),
            ("Name: a\n", .bareLineFeed), ("Name: \u{0}\r\n", .controlByte), ("Name: \u{1b}[2J\r\n", .controlByte),
            ("Name: \u{7f}\r\n", .controlByte), ("Na\u{0}me: a\r\n", .controlByte), ("\n", .bareLineFeed),
        ])
    func fields(_ text: String, _ error: MessageError) {
        #expect(RequestTranscript.of(Self.start + text) == ["400 \(error)"])
        #expect(error.status == .badRequest)
    }

    @Test("A space before the first field is refused as well")
    func blankBeforeFirstField() {
        let text = "GET / HTTP/1.1\r\n Host: a\r\n\r\n"
        #expect(RequestTranscript.of(text) == ["400 \(MessageError.foldedField)"])
    }

    @Test(
        "A host that is missing, repeated, or none",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", MessageError.missingHost),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost),
            ("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", .repeatedHost),
            ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .malformedHost),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedHost),
            ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .malformedHost),
        ])
    func host(_ text: String, _ error: MessageError) {
        #expect(RequestTranscript.of(text) == ["400 \(error)"])
    }

    /// Each is a way in which two readers of the same bytes have seen two different requests.
    @Test(
        "A body whose length could be read in two ways",
        arguments: [
            ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", MessageError.contentLengthAndTransferEncoding),
            ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", .contentLengthAndTransferEncoding),
            ("Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\n", .contentLengthAndTransferEncoding),
            ("Content-Length: 3\r\nContent-Length: 4\r\n\r\n", .differingContentLengths),
            ("Content-Length: 3, 3\r\n\r\n", .malformedContentLength),
            ("Content-Length: +3\r\n\r\n", .malformedContentLength),
            ("Content-Length: -3\r\n\r\n", .malformedContentLength),
            ("Content-Length: 0x3\r\n\r\n", .malformedContentLength),
            ("Content-Length: 3 3\r\n\r\n", .malformedContentLength),
            ("Content-Length: \u{663}\r\n\r\n", .malformedContentLength),
            ("Content-Length:\r\n\r\n", .malformedContentLength),
            ("Transfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: chunked, gzip\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: chunked, chunked\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: xchunked\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: \"chunked\"\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: chunked;q=1\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding:\r\n\r\n", .unknownTransferCoding),
            ("Transfer-Encoding: \u{b}chunked\r\n\r\n", .controlByte),
            ("Transfer-Encoding : chunked\r\n\r\n", .spaceBeforeColon),
            ("Transfer-Encoding:\r\n chunked\r\n\r\n", .foldedField),
        ])
    func smuggling(_ text: String, _ error: MessageError) {
        let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(RequestTranscript.of(Self.post + text + smuggled) == ["\(error.status.code) \(error)"])
        #expect(error.status == (error == .unknownTransferCoding ? .notImplemented : .badRequest))
    }

    @Test("Content-Length may be repeated as long as it says the same")
    func repeatedLength() {
        let text = Self.post + "Content-Length: 1\r\nContent-Length: 01\r\n\r\nagain"
        #expect(
            RequestTranscript.of(text) == [
                "POST /", "  Content-Length: 1", "  Content-Length: 01", "  = a", "then head",
            ])
    }

    @Test("HTTP/1.0 has no transfer codings")
    func oldVersion() {
        let text = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(RequestTranscript.of(text) == ["400 \(MessageError.transferEncodingInOldVersion)"])
    }

    @Test(
        "A chunked body that is malformed",
        arguments: [
            "\r\n", "x\r\n", ";a\r\n", "-1\r\n", "0x1\r\n", "1 \r\n", "1 a\r\n", " 1\r\n", "1\n", "1\r\nab\r\n",
            "1\r\na\n", "1\r\na0\r\n\r\n", "1;\u{0}\r\na\r\n", "1;a\rb\r\n",
        ])
    func chunks(_ text: String) throws {
        let line = try #require(RequestTranscript.of(Self.chunked + text).first)
        #expect(line.hasPrefix("400 "), "\(line)")
    }

    @Test("What is expected must be what can be met")
    func expectation() {
        let text = Self.post + "Expect: 100-continue, lunch\r\nContent-Length: 1\r\n\r\n"
        #expect(RequestTranscript.of(text) == ["417 \(MessageError.unknownExpectation)"])
    }

    @Test("An error is final: nothing after it is read")
    func final() throws {
        var parser = RequestParser()
        parser.feed(Array("bad\r\n".utf8))
        #expect(throws: MessageError.malformedRequestLine) { try parser.next() }
        parser.feed(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(throws: MessageError.malformedRequestLine) { try parser.next() }
    }
}
