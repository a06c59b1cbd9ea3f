import HTTPWire
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "Text is decoded",
        arguments: [
            ("plain", "plain"), ("a%20b", "a b"), ("%2f%2F", "//"), ("%C3%A9", "é"), ("a+b", "a+b"), ("%00", "\0"),
            ("%25%32%35", "%25"), ("", ""),
        ])
    func decoding(_ text: String, _ decoded: String) throws {
        #expect(try PercentEncoding.decode(text[...]) == decoded)
    }

    @Test("What is encoded is decoded to the same", arguments: ["a/b?c&d=e+f%", "é\u{1F600}", "-._~", ""])
    func roundTrip(_ text: String) throws {
        let encoded = PercentEncoding.encode(text)
        #expect(try PercentEncoding.decode(encoded[...], plusIsSpace: true) == text)
        #expect(encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"/?&=+#".utf8.contains($0) })
    }

    @Test("An escape that is none is an error", arguments: ["%", "%4", "%4g", "a%zz", "%%41", "%+1"])
    func malformed(_ text: String) {
        #expect(throws: PercentEncodingError.malformedEscape(in: text)) { try PercentEncoding.decode(text[...]) }
    }

    @Test("Bytes that are not UTF-8 are an error", arguments: ["%ff", "%C3", "%C0%80", "%ED%A0%80"])
    func notUTF8(_ text: String) {
        #expect(throws: PercentEncodingError.notUTF8(in: text)) { try PercentEncoding.decode(text[...]) }
    }

    @Test(
        "A query is taken apart in order",
        arguments: [
            ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("label=team%3Dx%26y+z", ["label=team=x&y z"]),
            ("flag&=v&&x=a=b", ["flag=", "=v", "x=a=b"]), ("", []),
        ])
    func query(_ raw: String, _ items: [String]) throws {
        #expect(try Query(raw).items().map { "\($0.name)=\($0.value)" } == items)
    }

    @Test("A target without a query has no items, and a malformed one is an error")
    func noQuery() throws {
        #expect(try Query(nil).items().isEmpty)
        #expect(throws: PercentEncodingError.malformedEscape(in: "%x")) { try Query("a=%x").items() }
    }
}
