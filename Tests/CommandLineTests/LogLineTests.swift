import Foundation
import JSON
import Logging
import Testing
import WorkflowCore

@testable import ganglion

@Suite("Log lines")
struct LogLineTests {
    private func line(
        _ message: String, _ metadata: Logger.Metadata = [:], level: Logger.Level = .info
    ) -> LogLine {
        LogLine(
            time: Instant(milliseconds: 1_763_917_230_000), level: level, logger: "ganglion", message: message,
            metadata: metadata)
    }

    private func text(_ message: String, _ metadata: Logger.Metadata = [:]) -> String {
        String(decoding: line(message, metadata).text(isColoured: false), as: UTF8.self)
    }

    @Test("A line of text has time, level, message, and metadata by name")
    func text() {
        let line = text("listening", ["port": "80", "address": "::1"])
        #expect(line == "2025-11-23T17:00:30.000Z INFO listening address=::1 port=80\n")
    }

    @Test(
        "Values are quoted when they would be misread",
        arguments: [
            ("", #"v="""#), ("a b", #"v="a b""#), ("a=b", #"v="a=b""#), (#"a"b"#, #"v="a\"b""#),
            (#"a\b"#, #"v="a\\b""#), ("a,b:c", "v=a,b:c"), ("é", "v=é"), ("a\u{A0}b", "v=\"a\u{A0}b\""),
        ])
    func values(_ value: String, _ written: String) {
        #expect(text("m", ["v": "\(value)"]).hasSuffix(" m \(written)\n"))
    }

    @Test("Nothing that is logged begins a line or commands a terminal")
    func control() {
        let line = text("a\r\n2025 b\u{1B}[31m\u{9B}\u{2028}\u{202E}", ["k\n": "v\n\u{0}", "x y": "1"])
        #expect(line.hasSuffix(#" a\r\n2025 b\u{1b}[31m\u{9b}\u{2028}\u{202e} k_="v\n\u{0}" x_y=1"# + "\n"))
        #expect(line.unicodeScalars.filter { $0.properties.generalCategory == .control } == ["\n"])
    }

    @Test("Dictionaries are written member by member")
    func nested() {
        let line = text("m", ["d": ["b": "2", "a": ["c": "1"]], "l": ["x", "y"]])
        #expect(line.hasSuffix(" m d.a.c=1 d.b=2 l=\"[\\\"x\\\", \\\"y\\\"]\"\n"), "\(line)")
    }

    @Test("Only the level is coloured")
    func colour() {
        let coloured = String(decoding: line("m", level: .warning).text(isColoured: true), as: UTF8.self)
        #expect(coloured == "2025-11-23T17:00:30.000Z \u{1B}[33mWARNING\u{1B}[0m m\n")
    }

    @Test("A line of JSON is one object, and keeps what numbers and booleans are")
    func json() {
        let metadata: Logger.Metadata = [
            "text": "a\"b\n", "count": .stringConvertible(7), "share": .stringConvertible(0.5),
            "ok": .stringConvertible(true), "nothing": .stringConvertible(Double.nan), "list": ["a", ["b": "c"]],
        ]
        let line = String(decoding: line("m\u{0}", metadata, level: .error).json, as: UTF8.self)
        #expect(
            line == #"{"time":"2025-11-23T17:00:30.000Z","level":"error","logger":"ganglion","message":"m\u0000","#
                + #""count":7,"list":["a",{"b":"c"}],"nothing":"nan","ok":true,"share":0.5,"text":"a\"b\n"}"# + "\n")
    }

    @Test("Metadata that is called like a part of the line does not take its place")
    func reserved() throws {
        let line = line("m", ["message": "a", "message_": "b", "time": "c"]).json
        let text = try JSONText(validating: line)
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: String])
        #expect(object.count == 7)
        #expect(object["message"] == "m")
        #expect(Set(object.values).isSuperset(of: ["a", "b", "c"]))
    }

    @Test("Whatever scalars are logged, the JSON is valid and says the same")
    func anything() throws {
        let scalars = (0...0x2FFF).compactMap(Unicode.Scalar.init).map(Character.init)
        let message = String(scalars)
        let text = try JSONText(validating: line(message, ["\(message)": "\(message)"]).json)
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: String])
        #expect(object["message"] == message)
        #expect(object[message] == message)
    }
}
