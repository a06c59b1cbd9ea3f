import JSON
import Testing

/// What is JSON, what is not, and where it stops being JSON (RFC 8259).
@Suite("The validator")
struct JSONValidatorTests {
    @Test(
        "Every form of the grammar is accepted",
        arguments: [
            "null", "true", "false", "0", "-0", "-1", "10", "1.5", "1e5", "1E+5", "1e-5", "-0.0e0", "\"\"", "[]", "{}",
            " \t\r\n[ ] \n", "[1,2]", "[[],[[]],{}]", #"{"a":1,"b":[true,null]}"#, #"{"":{"":""}}"#,
            #"{ "a" : 1 , "b" : 2 }"#,
            #""\" \\ \/ \b \f \n \r \t \u0041 \uD83E\uDDE0""#, "\"ü \u{1F9E0} \u{7F} \u{2028}\"",
            "9223372036854775807", "-9223372036854775808", "1.7976931348623157e308", "5e-324",
            "0.1000000000000000055511151231257827",
        ])
    func accepts(_ text: String) { #expect(JSONText.error(in: text) == nil) }

    @Test(
        "Anything else is not",
        arguments: [
            ("", 0), (" ", 1), ("nul", 0), ("nulll", 4), ("True", 0), ("+1", 0), ("01", 1), ("-", 1), ("-a", 1),
            (".5", 0),
            ("1.", 2), ("1.e5", 2), ("1e", 2), ("1e+", 3), ("0x10", 1), ("NaN", 0), ("Infinity", 0), ("1 2", 2),
            ("[1", 2),
            ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("]", 0), ("[}", 1), ("{", 1), ("{]", 1), (#"{"a"}"#, 4),
            (#"{"a":}"#, 5),
            (#"{"a":1,}"#, 7), (#"{"a":1 "b":2}"#, 7), ("{a:1}", 1), ("{1:2}", 1), (#"{"a":1]"#, 6), ("'a'", 0),
            ("\"a", 2),
            ("\"a\\", 2), (#""\x""#, 1), (#""\u12""#, 1), (#""\u12g4""#, 1), ("\"\n\"", 1), ("\"\u{0}\"", 1),
            ("\"\u{1F}\"", 1),
            ("// c\n1", 0), ("\u{FEFF}1", 0), ("1\u{0}", 1), ("[1]]", 3), ("\u{A0}1", 0), ("\u{0B}1", 0),
        ] as [(String, Int)])
    func refuses(_ text: String, _ offset: Int) throws {
        let error = try #require(JSONText.error(in: text))
        #expect(error.offset == offset, "\(error)")
    }

    @Test(
        "An error names the value that it is in",
        arguments: [
            (#"{"steps": [{"id": "a"}, {"id": tru}]}"#, "/steps/1/id"), ("[0, [1, x]]", "/1/1"),
            (#"{"a/b~c": x}"#, "/a~1b~0c"),
            ("x", ""), ("{x}", ""), (#"{"a": 1, x}"#, ""), (#"[{"a": [], "b\"#, "/0"),
            (#"{"a": {"b": 1, "b": 2}}"#, "/a/b"),
            (#"{"a": 1} x"#, ""), (#"{"ü": [1e999]}"#, "/ü/0"),
        ])
    func pointers(_ text: String, _ pointer: String) throws {
        let error = try #require(JSONText.error(in: text))
        #expect(error.pointer == pointer, "\(error)")
    }

    @Test(
        "Numbers stay within 64 bits",
        arguments: [
            "9223372036854775808", "-9223372036854775809", "100000000000000000000", "1e309", "-1e309",
            "1e99999999999999999999",
        ])
    func numbers(_ text: String) throws {
        let error = try #require(JSONText.error(in: "[\(text)]"))
        #expect(error.offset == 1 && error.pointer == "/0")
        #expect(error.reason.contains("does not fit"))
    }

    @Test(
        "A number too small for a double is zero, not an error", arguments: ["1e-400", "0.0e-999999999", "0e999999999"])
    func tinyNumbers(_ text: String) throws {
        #expect(JSONNode(try JSONText(validating: Array(text.utf8))).double == 0)
    }

    @Test("Nesting is bounded, and costs no stack before it is refused")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(JSONText.error(in: nested(64)) == nil)
        #expect(JSONText.error(in: nested(65))?.offset == 64)
        #expect(JSONText.error(in: nested(1_000_000))?.offset == 64)
        #expect(JSONText.error(in: nested(5000), limits: JSONLimits(maximumDepth: 5000)) == nil)
        #expect(JSONText.error(in: "1", limits: JSONLimits(maximumDepth: 0)) == nil)
        #expect(JSONText.error(in: "[]", limits: JSONLimits(maximumDepth: 0)) != nil)
    }

    @Test("Size is bounded")
    func size() {
        #expect(JSONText.error(in: "12345", limits: JSONLimits(maximumBytes: 5)) == nil)
        #expect(JSONText.error(in: "123456", limits: JSONLimits(maximumBytes: 5)) != nil)
    }

    @Test(
        "Text is UTF-8 (RFC 3629): no stray, overlong, surrogate or too large sequences",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0xAF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0xA7],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func utf8(_ bytes: [UInt8]) throws {
        let quote = UInt8(ascii: "\"")
        let error = try #require(JSONText.error(in: [quote] + bytes + [quote]))
        #expect(error.reason == "not valid UTF-8" && error.offset == 1)
        #expect(JSONText.error(in: bytes) != nil)
    }

    @Test(
        "Escaped surrogates come in pairs",
        arguments: [
            #""\uD800""#, #""\uDC00""#, #""\uD800\uD800""#, #""\uDC00\uD800""#, #""\uD83E x\uDDE0""#, #""\uD83E\n""#,
            #""\uD83E\u""#,
            #""\uD83E\"#, #"{"\uD800": 1}"#,
        ])
    func surrogates(_ text: String) { #expect(JSONText.error(in: text) != nil) }

    @Test(
        "A name stands once in its object, however it is spelt",
        arguments: [
            #"{"a":1,"a":2}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#,
            "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"\u00e9":1,"e\u0301":2}"#, #"{"":1,"":2}"#, #"[{"x":{"a":1,"a":2}}]"#,
        ])
    func duplicates(_ text: String) throws {
        let error = try #require(JSONText.error(in: text))
        #expect(error.reason.contains("stands twice"))
    }

    @Test("The same name in different objects is fine, and so are names that differ in case or accents")
    func noDuplicates() {
        #expect(JSONText.error(in: #"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}"#) == nil)
        #expect(JSONText.error(in: "{\"a\":1,\"A\":2,\"\u{E4}\":3,\"\u{E5}\":4}") == nil)
    }

    @Test("A duplicate is found among thousands of names, and thousands of names cost little", .timeLimit(.minutes(1)))
    func manyNames() throws {
        let members = (0..<20_000).map { #""name\#($0)":1"# }
        #expect(JSONText.error(in: "{\(members.joined(separator: ","))}") == nil)
        for repeated in ["name0", "name17", "n\\u0061me19999"] {
            let text = "{\(members.joined(separator: ",")),\"\(repeated)\":2}"
            #expect(JSONText.error(in: text)?.reason.contains("stands twice") == true)
        }
    }
}
