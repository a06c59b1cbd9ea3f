import JSON
import TestKit

/// Values and documents drawn from a seed.
enum RandomJSON {
    static func value(_ generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(generator.once(in: 2))
        case 2: return .integer(Int64(truncatingIfNeeded: generator.next()))
        case 3:
            let double = Double(bitPattern: generator.next())
            return .double(double.isFinite ? double : 0.5)
        case 4, 5: return .string(string(&generator))
        case 6:
            let count = Int.random(in: 0...5, using: &generator)
            return .array((0..<count).map { _ in value(&generator, depth: depth + 1) })
        default:
            let count = Int.random(in: 0...20, using: &generator)
            let members = (0..<count).map { _ in (string(&generator), value(&generator, depth: depth + 1)) }
            return object(members)
        }
    }

    /// The first of each name, as an object.
    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        var names: Set<String> = []
        var writer = JSONWriter()
        writer.object { writer in
            for (name, value) in members where names.insert(name).inserted {
                writer.name(name)
                writer.value(value)
            }
        }
        return JSONValue(parsing: writer.text)
    }

    static func string(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let limit: UInt32 = generator.once(in: 3) ? 0x11_0000 : 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// A document with one to four bytes replaced, removed, added or doubled.
    static func mutated(_ document: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = document
        let telling = Array(#"{}[]",:\u0eE+-.1 "#.utf8) + [0x00, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard let index = bytes.indices.randomElement(using: &generator) else { break }
            let byte = telling.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(byte, at: index)
            case 3: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
            default: bytes = Array(bytes[..<index])
            }
        }
        return bytes
    }
}
