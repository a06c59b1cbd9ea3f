import JSON
import Testing

/// Strict reading: every problem at once, each with its pointer.
@Suite("Strict objects")
struct JSONObjectReaderTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func problem(_ pointer: String, _ detail: String) -> JSONProblem {
        JSONProblem(pointer: pointer, detail: detail)
    }

    /// What `read` reports of an object that stands at `/x`.
    private func problems(
        of text: JSONText, _ read: (inout JSONObjectReader, inout JSONProblems) -> Void
    ) -> [JSONProblem] {
        var problems = JSONProblems()
        if var reader = JSONObjectReader(JSONNode(text), at: "/x", problems: &problems) {
            read(&reader, &problems)
            reader.finish(problems: &problems)
        }
        return problems.list
    }

    @Test("Fields of the right types give their values and no problem")
    func values() {
        let text: JSONText = #"{"s":"é","i":-7,"n":2.5,"b":false,"a":[1],"o":{"k":1},"e":"green","raw":[ 1]}"#
        let found = problems(of: text) { reader, problems in
            #expect(reader.required(string: "s", length: 2...2, problems: &problems) == "é")
            #expect(reader.required(integer: "i", in: -7...7, problems: &problems) == -7)
            #expect(reader.optional(number: "n", in: 0...3, problems: &problems) == 2.5)
            #expect(reader.optional(bool: "b", problems: &problems) == false)
            #expect(reader.required(array: "a", problems: &problems)?.count == 1)
            #expect(reader.optional(object: "o", problems: &problems)?.member("k")?.int64 == 1)
            #expect(reader.optional(enumerated: "e", as: Colour.self, problems: &problems) == .green)
            #expect(reader.required("raw", problems: &problems)?.text == "[ 1]")
            #expect(reader.optional(string: "absent", problems: &problems) == nil)
        }
        #expect(found.isEmpty)
    }

    @Test("Fields of wrong types say what was expected and what was found")
    func wrongTypes() {
        let text: JSONText = #"{"s":1,"i":1.5,"big":8,"n":"x","b":0,"a":{},"o":[],"e":"blue","long":"abc"}"#
        let found = problems(of: text) { reader, problems in
            #expect(reader.required(string: "s", problems: &problems) == nil)
            #expect(reader.optional(integer: "i", in: 1...7, problems: &problems) == nil)
            #expect(reader.required(integer: "big", in: 1...7, problems: &problems) == nil)
            #expect(reader.optional(number: "n", in: 0...3, problems: &problems) == nil)
            #expect(reader.optional(bool: "b", problems: &problems) == nil)
            #expect(reader.optional(array: "a", problems: &problems) == nil)
            #expect(reader.optional(object: "o", problems: &problems) == nil)
            #expect(reader.optional(enumerated: "e", as: Colour.self, problems: &problems) == nil)
            #expect(reader.optional(string: "long", length: 1...2, problems: &problems) == nil)
        }
        #expect(
            found == [
                problem("/x/s", "expected a string, found a number"),
                problem("/x/i", "expected a whole number from 1 to 7, found 1.5"),
                problem("/x/big", "expected a whole number from 1 to 7, found 8"),
                problem("/x/n", "expected a number from 0.0 to 3.0"),
                problem("/x/b", "expected true or false, found a number"),
                problem("/x/a", "expected an array, found an object"),
                problem("/x/o", "expected an object, found an array"),
                problem("/x/e", "'blue' is not one of: red, green"),
                problem("/x/long", "expected 1 to 2 bytes, found 3"),
            ])
    }

    @Test("A missing field is told, and null is not a missing field")
    func missing() {
        let found = problems(of: #"{"b":null}"#) { reader, problems in
            _ = reader.required(string: "a", problems: &problems)
            _ = reader.required(string: "b", problems: &problems)
        }
        #expect(
            found == [problem("/x/a", "the field 'a' is missing"), problem("/x/b", "expected a string, found null")])
    }

    @Test("A field that nobody asked for is told with what may have been meant")
    func unknown() {
        let found = problems(of: #"{"paylod":1,"a/b~":2,"colour":3}"#) { reader, problems in
            _ = reader.optional("payload")
            reader.ignore("input")
        }
        #expect(
            found == [
                problem("/x/paylod", "no field is called 'paylod' here; did you mean 'payload'?"),
                problem("/x/a~1b~0", "no field is called 'a/b~' here"),
                problem("/x/colour", "no field is called 'colour' here"),
            ])
    }

    @Test("What is no object is told once")
    func noObject() {
        let found = problems(of: "[1]") { _, _ in Issue.record("there is nothing to read") }
        #expect(found == [problem("/x", "expected an object, found an array")])
    }

    @Test("Of thousands of problems the first fifty are told", .timeLimit(.minutes(1)))
    func many() {
        let members = (0..<20_000).map { #""field-number-\#($0)":1"# }.joined(separator: ",")
        let found = problems(of: JSONText(unchecked: Array("{\(members)}".utf8))) { reader, _ in
            for index in 0..<100 { _ = reader.optional("feild-number-\(index)") }
        }
        #expect(found.count == 50)
    }

    @Test("Of equally near words always the same is suggested")
    func ties() {
        #expect(Suggestion.nearest(to: "s4", among: ["s3", "s1", "s2"]) == "s1")
        #expect(Suggestion.nearest(to: "s4", among: ["s1", "s2", "s3"]) == "s1")
    }

    @Test(
        "The nearest known word is suggested, if one is near",
        arguments: [
            ("extrct", "extract"), ("extract", "extract"), ("Extract", "extract"), ("xtract", "extract"),
            ("lassify", "classify"),
            ("review", nil), ("", nil), ("e", nil), (String(repeating: "x", count: 100_000), nil),
        ] as [(String, String?)])
    func suggestion(_ word: String, _ meant: String?) {
        #expect(Suggestion.nearest(to: word, among: ["classify", "extract", "summarize"]) == meant)
    }
}
