import JSON
import Testing

/// Trees for expressions: equality by value, and text that reads back as the same.
@Suite("Values")
struct JSONValueTests {
    private func value(_ text: JSONText) -> JSONValue { JSONValue(parsing: text) }

    @Test("Numbers are equal by value, and equal values hash alike")
    func numbers() {
        #expect(value("1") == value("1.0") && value("1") == value("1e0") && value("-0") == value("0.0"))
        #expect(value("1").hashValue == value("1.0").hashValue)
        #expect(value("9007199254740993") != value("9007199254740992.0"))
        #expect(value("9223372036854775807") != value("9223372036854775808.0"))
        #expect(value("1") != value("true") && value("0") != value("null") && value("\"1\"") != value("1"))
    }

    @Test("Objects are equal whatever the order of their members; arrays are not")
    func containers() {
        #expect(value(#"{"a":1,"b":[2]}"#) == value(#"{"b":[2.0],"a":1}"#))
        #expect(value(#"{"a":1,"b":[2]}"#).hashValue == value(#"{"b":[2.0],"a":1}"#).hashValue)
        #expect(value(#"{"a":null}"#) != value("{}"))
        #expect(value("[1,2]") != value("[2,1]"))
    }

    @Test("Strings are equal by their scalars, not by canonical equivalence")
    func strings() {
        #expect(value("\"\u{E9}\"") != value("\"e\u{301}\""))
        #expect(value(#""\u0041""#) == value("\"A\""))
    }

    @Test("Members keep the order of the source")
    func order() { #expect(JSONText(value(#"{"z":1,"a":2,"m":3}"#)) == #"{"z":1,"a":2,"m":3}"#) }

    @Test("The deepest document that is accepted is also parsed and written")
    func deep() {
        let text = JSONText(
            unchecked: Array((String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8))
        #expect(JSONText(value(text)) == text)
    }
}
