import HTTPTypes
import HTTPWire
import Testing

@Suite("Limits hold to the byte")
struct LimitTests {
    static let limits: MessageLimits = {
        var limits = MessageLimits()
        limits.startLine = 20
        limits.headerSection = 40
        limits.fieldCount = 3
        limits.body = 10
        return limits
    }()

    /// What can be too large, and how large it may be.
    enum Bound: Int, CaseIterable {
        case startLine = 6
        case headerSection = 23
        case fieldCount = 2
        case length = 10
        case chunks = 5
        case extensions = 19
        case trailers = 35

        var status: Int {
            switch self {
            case .startLine: 414
            case .headerSection, .fieldCount, .extensions, .trailers: 431
            case .length, .chunks: 413
            }
        }

        /// A request in which it has this size.
        func request(_ size: Int) -> String {
            let text = LimitTests.text(size)
            return switch self {
            case .startLine: "GET /\(text) HTTP/1.1\r\nHost: a\r\n\r\n"
            case .headerSection: "GET / HTTP/1.1\r\nHost: a\r\nName: \(text)\r\n\r\n"
            case .fieldCount: "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "N:\r\n", count: size))\r\n"
            case .length: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length:\(size)\r\n\r\n\(text)"
            case .chunks: LimitTests.chunked("5\r\naaaaa\r\n\(size)\r\n\(text)\r\n0\r\n\r\n")
            case .extensions: LimitTests.chunked("1;\(text)\r\na\r\n1;\(LimitTests.text(19))\r\na\r\n0\r\n\r\n")
            case .trailers: LimitTests.chunked("0\r\nT: \(text)\r\n\r\n")
            }
        }
    }

    static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    static func chunked(_ body: String) -> String {
        "PUT / HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n\(body)"
    }

    @Test("What is as large as allowed is read, what is larger by one is refused", arguments: Bound.allCases)
    func exactly(_ bound: Bound) throws {
        #expect(RequestTranscript.of(bound.request(bound.rawValue), limits: Self.limits).last == "then idle")
        let larger = bound.request(bound.rawValue + 1)
        let refusal = try #require(RequestTranscript.of(larger, limits: Self.limits).last)
        #expect(refusal.hasPrefix("\(bound.status) "), "\(refusal)")
        // However the bytes come.
        #expect(RequestTranscript.of(larger.utf8.map { [$0] }, limits: Self.limits).last == refusal)
    }

    @Test("A line that never ends is refused once it is too long")
    func endless() {
        let line = RequestTranscript.of("GET /" + Self.text(17), limits: Self.limits)
        #expect(line == ["414 \(MessageError.startLineTooLong(limit: 20))"])
        let field = RequestTranscript.of("GET / HTTP/1.1\r\nName: " + Self.text(100), limits: Self.limits)
        #expect(field == ["431 \(MessageError.headerSectionTooLarge(limit: 40))"])
    }

    @Test("A body that is announced too large is refused before it comes")
    func announced() {
        for length in ["11", "99999999999999999999999999"] {
            let text = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
            var limits = Self.limits
            limits.headerSection = 100
            #expect(RequestTranscript.of(text, limits: limits) == ["413 \(MessageError.bodyTooLarge(limit: 10))"])
        }
        for size in ["b", "ffffffffffffffff", "fffffffffffffffffffffffff"] {
            let lines = RequestTranscript.of(LimitTests.chunked("\(size)\r\n"), limits: Self.limits)
            #expect(lines == ["413 \(MessageError.bodyTooLarge(limit: 10))"])
        }
    }
}
