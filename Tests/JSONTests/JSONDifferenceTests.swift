import JSON
import Testing

@Suite("Differences of JSON values")
struct JSONDifferenceTests {
    @Test(
        "Spelling and order do not matter",
        arguments: [
            ("null", " null "), (#"{"a": 1, "b": [2]}"#, #"{"b":[2.0],"a":1}"#), (#""é""#, #""\u00e9""#),
            ("1e2", "100"), ("[]", "[ ]"), ("-0", "0"), ("9007199254740993", "9007199254740993"),
        ])
    func same(_ left: String, _ right: String) {
        #expect(difference(left, right) == nil)
        #expect(difference(right, left) == nil)
    }

    @Test(
        "The first place that differs is named",
        arguments: [
            ("1", "2", ""), ("1", #""1""#, ""), ("null", "false", ""), ("true", "false", ""),
            ("[1, 2]", "[1, 3]", "/1"), ("[1]", "[1, 2]", "/1"), ("[1, 2]", "[1]", "/1"),
            (#"{"a": {"b/c": [0]}}"#, #"{"a": {"b/c": [1]}}"#, "/a/b~1c/0"),
            (#"{"a": 1}"#, "{}", "/a"), ("{}", #"{"b": 1, "a": 1}"#, "/a"),
            ("9007199254740993", "9007199254740992", ""),
        ])
    func different(_ left: String, _ right: String, _ place: String) {
        #expect(difference(left, right) == place)
    }

    private func difference(_ left: String, _ right: String) -> String? {
        let (left, right) = (JSONText(unchecked: Array(left.utf8)), JSONText(unchecked: Array(right.utf8)))
        return JSONNode(left).difference(from: JSONNode(right))
    }
}
