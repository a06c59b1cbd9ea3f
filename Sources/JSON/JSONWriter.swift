import ASCII
import OrderedCollections

/// Appends JSON to bytes, without a tree in between. Commas are set by the writer; what it is told to open has to be
/// closed.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    /// Most of what is written is a few fields, for which the bytes then need not grow.
    package init(reservingCapacity capacity: Int = 224) {
        bytes.reserveCapacity(capacity)
    }

    /// What was written, which is one whole value when everything opened is closed.
    package var text: JSONText { JSONText(unchecked: bytes) }

    // MARK: Structure

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { bytes.append(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { bytes.append(UInt8(ascii: "]")) }

    package mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }

    package mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        beginArray()
        for element in elements { write(&self, element) }
        endArray()
    }

    package mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: Values

    package mutating func string(_ string: String) {
        separate()
        quote(string)
    }

    package mutating func string(_ text: some PlainText) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        text.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ integer: Int) { self.integer(Int64(integer)) }

    package mutating func integer(_ integer: Int64) {
        separate()
        bytes.append(decimal: integer)
    }

    /// JSON has no spelling for infinities and NaN: they become `null`.
    package mutating func double(_ double: Double) {
        guard double.isFinite else { return null() }
        separate()
        let text = "\(double)"
        bytes += text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8
    }

    package mutating func bool(_ bool: Bool) {
        separate()
        bytes += (bool ? "true" : "false").utf8
    }

    package mutating func null() {
        separate()
        bytes += "null".utf8
    }

    package mutating func raw(_ text: JSONText) {
        separate()
        bytes += text.bytes
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.bool(bool)
        case .integer(let integer): self.integer(integer)
        case .double(let double): self.double(double)
        case .string(let string): self.string(string)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            beginObject()
            for (name, value) in members {
                self.name(name)
                self.value(value)
            }
            endObject()
        }
    }

    // MARK: Fields of objects

    package mutating func field(_ name: String, _ string: String) {
        self.name(name)
        self.string(string)
    }

    package mutating func field(_ name: String, _ text: some PlainText) {
        self.name(name)
        string(text)
    }

    package mutating func field(_ name: String, _ integer: Int) { field(name, Int64(integer)) }

    package mutating func field(_ name: String, _ integer: Int64) {
        self.name(name)
        self.integer(integer)
    }

    package mutating func field(_ name: String, _ bool: Bool) {
        self.name(name)
        self.bool(bool)
    }

    package mutating func field(_ name: String, raw text: JSONText) {
        self.name(name)
        raw(text)
    }

    /// Nothing for `nil`: an absent member, not `null`.
    package mutating func field(_ name: String, optional string: String?) {
        if let string { field(name, string) }
    }

    package mutating func field(_ name: String, optional text: (some PlainText)?) {
        if let text { field(name, text) }
    }

    // MARK: Bytes

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
    }

    /// A comma, unless this is the first thing in its container or the value of a member.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: ","): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func quote(_ string: String) {
        var string = string
        bytes.append(UInt8(ascii: "\""))
        string.withUTF8 { unsafe Self.escape($0, into: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// What needs no escape, which is nearly all, is copied in runs.
    private static func escape(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        var start = 0
        while true {
            let end = unsafe JSONScan.endOfPlain(text.span, start)
            unsafe bytes.append(contentsOf: text[start..<end])
            guard end < text.count else { return }
            let byte = unsafe text[end]
            start = end + 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0x00..<0x20, 0x7F:
                bytes += "\\u00".utf8
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }
}
