import JSON
import TestKit
import Testing

/// What is written is valid, deterministic, and reads back as what was meant.
@Suite("The writer")
struct JSONWriterTests {
    @Test("Commas are set between what stands side by side, at every depth")
    func commas() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("a", 1)
            writer.field("b", optional: nil)
            writer.name("c")
            writer.array([1, 2]) { $0.integer($1) }
            writer.name("d")
            writer.array([[], [3]] as [[Int]]) { $0.array($1) { $0.integer($1) } }
            writer.name("e")
            writer.object { _ in }
            writer.field("f", raw: " {\"x\": 1} ")
            writer.field("g", true)
            writer.name("h")
            writer.array(["", ",", ":", "[", "{"]) { $0.string($1) }
            writer.name("i")
            writer.null()
        }
        #expect(
            writer.text.string
                == #"{"a":1,"c":[1,2],"d":[[],[3]],"e":{},"f": {"x": 1} ,"g":true,"h":["",",",":","[","{"],"i":null}"#)
        #expect(JSONText.error(in: writer.bytes) == nil)
    }

    @Test("Raw text that ends in space does not lose the comma after it")
    func rawWithSpace() {
        var writer = JSONWriter()
        writer.array(["[1] ", "{}\n", "2 "] as [JSONText]) { $0.raw($1) }
        #expect(JSONText.error(in: writer.bytes) == nil)
        #expect(JSONNode(writer.text).elements.count == 3)
    }

    @Test("Every scalar value of Unicode reads back", arguments: UInt32(0)...16)
    func strings(plane: UInt32) throws {
        var text = ""
        for code in (plane << 16)..<(plane << 16 + 0x10000) {
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        var writer = JSONWriter()
        writer.string(text)
        let read = try JSONText(validating: writer.bytes)
        #expect(JSONNode(read).string?.utf8.elementsEqual(text.utf8) == true)
    }

    @Test("Control characters and quotes are escaped")
    func escapes() {
        var writer = JSONWriter()
        writer.string("\"\\\n\r\t\u{0}\u{1F}\u{7F}/é")
        #expect(writer.text.string == #""\"\\\n\r\t\u0000\u001f\u007f/é""#)
    }

    @Test(
        "Doubles are written so that they read back exactly; what JSON cannot spell is null",
        arguments: [
            (0.1, "0.1"), (1, "1"), (-2.5, "-2.5"), (1e21, "1e+21"), (.leastNonzeroMagnitude, "5e-324"),
            (.infinity, "null"),
            (.nan, "null"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        ] as [(Double, String)])
    func doubles(_ double: Double, _ text: String) throws {
        var writer = JSONWriter()
        writer.double(double)
        #expect(writer.text.string == text)
        if double.isFinite { #expect(JSONNode(try JSONText(validating: writer.bytes)).double == double) }
    }

    @Test("Random values read back as themselves", arguments: UInt64(1)...50)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let value = RandomJSON.value(&generator)
            let text = JSONText(value)
            #expect(JSONValue(parsing: try JSONText(validating: text.bytes)) == value)
            #expect(JSONText(JSONValue(parsing: text)) == text, "written twice, it is the same text")
        }
    }
}
