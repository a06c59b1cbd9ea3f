import JSON
import Testing

/// Lazy reading: exactly what stands in the document, and nothing else is touched.
@Suite("Nodes")
struct JSONNodeTests {
    private let document = JSONNode(
        #"""
        { "n" : [ 1 , -2.50 , 1e3 ] , "s" : "a\u00e9\uD83E\uDDE0\"\\\/\b\f\n\r\t" , "o" : { } ,
            "b" : true , "z" : null }
        """#)

    @Test("Kinds are known by their first byte")
    func kinds() {
        #expect(document.kind == .object)
        #expect(document.members.map(\.name) == ["n", "s", "o", "b", "z"])
        #expect(document.members.map(\.node.kind) == [.array, .string, .object, .bool, .null])
    }

    @Test("Numbers are read as what they are asked for")
    func numbers() throws {
        let elements = try #require(document.member("n")?.elements)
        #expect(elements.map(\.int64) == [1, nil, nil])
        #expect(elements.map(\.double) == [1, -2.5, 1000])
        #expect(JSONNode("9223372036854775807").int64 == .max)
        #expect(JSONNode("-9223372036854775808").int64 == .min)
    }

    @Test("Strings are unescaped")
    func strings() {
        #expect(document.member("s")?.string == "aé\u{1F9E0}\"\\/\u{8}\u{C}\n\r\t")
        #expect(JSONNode(#""\u0000""#).string == "\u{0}")
    }

    @Test("A value's text is the bytes of the source, without the space around it")
    func text() {
        #expect(document.member("n")?.text == "[ 1 , -2.50 , 1e3 ]")
        #expect(document.member("n")?.elements[1].text == "-2.50")
        #expect(document.member("o")?.text == "{ }")
        #expect(JSONNode(" 1 ").text == "1")
    }

    @Test("A member is found by its name, however that is escaped")
    func members() {
        let node = JSONNode(#"{"a":1,"\u0062":2,"a\/b":3,"":4,"ab":5}"#)
        #expect(node.member("a")?.int64 == 1)
        #expect(node.member("b")?.int64 == 2)
        #expect(node.member("a/b")?.int64 == 3)
        #expect(node.member("")?.int64 == 4)
        #expect(node.member("c") == nil)
        #expect(node.elements.isEmpty)
    }

    @Test("What is asked of the wrong kind is nothing")
    func wrongKinds() {
        for node in [JSONNode("1"), JSONNode("\"x\""), JSONNode("[]"), JSONNode("null")] {
            #expect(node.members.isEmpty && node.member("a") == nil && node.bool == nil)
        }
        #expect(JSONNode("\"1\"").int64 == nil && JSONNode("\"1\"").double == nil)
        #expect(JSONNode("1").string == nil && JSONNode("true").string == nil)
        #expect(JSONNode("[[],[1],[]]").elements.map(\.elements.count) == [0, 1, 0])
    }
}
