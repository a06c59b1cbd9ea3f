import JSON
import TestKit
import Testing

/// No bytes from outside trap: they are refused, or everything that reads them works.
@Suite("Damaged documents", .timeLimit(.minutes(1)))
struct JSONMutationTests {
    @Test("What the validator lets through can be read in every way", arguments: UInt64(1)...40)
    func mutated(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let document = JSONText(RandomJSON.value(&generator)).bytes
            for _ in 0..<20 {
                let bytes = RandomJSON.mutated(document, &generator)
                do throws(JSONError) {
                    readEverything(try JSONText(validating: bytes))
                } catch {
                    #expect(error.offset <= bytes.count, "an error lies within the document or at its end")
                }
            }
        }
    }

    @Test(
        "Every beginning of a document is refused, unless it is whole",
        arguments: [
            #"{"a":[1,-2.5e+3,"x\n\u00e9\uD83E\uDDE0é",true,false,null,{},[]],"a b":{"c":"d"}}"#
        ])
    func cut(_ text: String) {
        let bytes = Array(text.utf8)
        for end in bytes.indices { #expect(JSONText.error(in: Array(bytes[..<end])) != nil) }
        #expect(JSONText.error(in: bytes) == nil)
    }

    @Test("Random bytes are refused or read", arguments: UInt64(1)...20)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if let text = try? JSONText(validating: bytes) { readEverything(text) }
        }
    }

    private func readEverything(_ text: JSONText) {
        let value = JSONValue(parsing: text)
        #expect(JSONText.error(in: JSONText(value).bytes) == nil, "what is read can be written")
        #expect(JSONValue(parsing: JSONText(value)) == value)
        var nodes = [JSONNode(text)]
        while let node = nodes.popLast() {
            _ = (node.kind, node.string, node.int64, node.double, node.bool)
            #expect(JSONText.error(in: node.text.bytes) == nil)
            nodes += node.elements
            for (name, child) in node.members {
                #expect(node.member(name)?.text == child.text)
                nodes.append(child)
            }
        }
    }
}
