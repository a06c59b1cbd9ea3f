import GanglionClient
import Testing

@Suite("JSON documents")
struct JSONDocumentTests {
    @Test("Text is checked, and stays as it is")
    func text() throws {
        #expect(try JSONDocument(parsing: #" {"b": 1.50, "a": "é"} "#).text == #" {"b": 1.50, "a": "é"} "#)
        #expect(throws: GanglionError.self) { try JSONDocument(parsing: #"{"a": }"#) }
        #expect(throws: GanglionError.self) { try JSONDocument(parsing: "{'a': 1}") }
        #expect(throws: GanglionError.self) { try JSONDocument(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test("Values are looked up by names and places, and nothing is found below nothing")
    func lookups() throws {
        let document = try JSONDocument(
            parsing: #"{"steps": [{"status": "running", "n": 3, "x": 1.5, "done": false, "none": null}]}"#)
        let step = document["steps"][0]
        #expect(step["status"].string == "running")
        #expect(step["n"].integer == 3)
        #expect(step["x"].double == 1.5)
        #expect(step["x"].integer == nil)
        #expect(step["done"].bool == false)
        #expect(step["none"].isNull && step["none"].exists)
        #expect(!document["steps"][1]["status"].exists)
        #expect(!document["steps"][-1].exists)
        #expect(document["steps"]["status"].string == nil)
        #expect(document[0].string == nil)
        #expect(step["status"].document == "running")
        #expect(step.members.map(\.name) == ["status", "n", "x", "done", "none"])
        #expect(document["steps"].elements.count == 1)
    }

    @Test("Literals make documents")
    func literals() {
        let kind = "license \"MIT\""
        let document: JSONDocument = [
            "kind": .string(kind), "pages": 3, "score": 0.5, "parts": ["a", nil, true], "none": [:], "list": [],
        ]
        #expect(
            document.text
                == #"{"kind":"license \"MIT\"","pages":3,"score":0.5,"parts":["a",null,true],"none":{},"list":[]}"#)
        #expect(JSONDocument.double(.infinity) == .null)
    }

    @Test("Of members with one name the last one counts")
    func duplicateNames() throws {
        let document = JSONDocument.object([("a", 1), ("b", 2), ("a", 3)])
        #expect(document.text == #"{"b":2,"a":3}"#)
    }

    @Test(
        "Times are read and written",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2026-11-23T17:00:30.123Z", 1_795_453_230_123),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999), ("1969-12-31T23:59:59.999Z", -1),
        ] as [(String, Int64)])
    func times(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text)?.millisecondsSince1970 == milliseconds)
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
    }

    @Test(
        "What is no time is not read",
        arguments: ["", "2026-11-23", "2026-11-23T17:00:30Z", "2026-13-23T17:00:30.123Z", "2026-11-23t17:00:30.123Z"])
    func noTimes(_ text: String) { #expect(Timestamp(text) == nil) }
}
