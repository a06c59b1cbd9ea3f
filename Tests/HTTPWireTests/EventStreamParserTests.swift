import Testing

@testable import HTTPWire

@Suite("Reading server-sent events")
struct EventStreamParserTests {
    private typealias Message = EventStreamParser.Message

    private func messages(_ text: String) -> [Message] {
        var parser = EventStreamParser()
        return parser.feed(Array(text.utf8))
    }

    @Test("A message has a type, its data and an id, and is complete with the empty line after it")
    func whole() {
        let text = "event: step_queued\nid: 1-0.1\ndata: {\"a\": 1}\n"
        #expect(messages(text) == [])
        #expect(messages(text + "\n") == [Message(type: "step_queued", data: "{\"a\": 1}", id: "1-0.1")])
    }

    @Test("However the bytes are cut and lines end, the messages are the same")
    func cuts() {
        let text = "\u{FEFF}: hello\nretry: 10\n\nid: 1\ndata: one\ndata:  two\n\nevent: x\ndata\n\ndata: é\n\n"
        let expected = [
            Message(type: "message", data: "one\n two", id: "1"), Message(type: "x", data: "", id: "1"),
            Message(type: "message", data: "é", id: "1"),
        ]
        for end in ["\n", "\r", "\r\n"] {
            let bytes = Array(text.replacing("\n", with: end).utf8)
            #expect(messages(text.replacing("\n", with: end)) == expected)
            for cut in 0...bytes.count {
                var parser = EventStreamParser()
                let found = parser.feed(bytes[..<cut]) + parser.feed(bytes[cut...])
                #expect(found == expected, "cut at \(cut), lines end with \(end.debugDescription)")
            }
        }
    }

    @Test("What has no data is no message, an id with a zero in it is none, and unknown fields are passed over")
    func passedOver() {
        #expect(messages("event: x\n\n:\n\nfoo: bar\n\n") == [])
        #expect(messages("id: a\u{0}b\ndata: 1\n\n") == [Message(type: "message", data: "1", id: "")])
    }
}
