import HTTPWire
import TestKit
import Testing

@Suite("Bytes at random")
struct RequestMutationTests {
    private static let interesting: [UInt8] = Array("\r\n\r\n: ;,0123456789abcdef\t\0".utf8) + [0x7F, 0x80, 0xFF]

    @Test("Whatever the bytes, the result does not depend on how they are split")
    func mutations() {
        var random = SeededGenerator(seed: 9112)
        var limits = MessageLimits()
        limits.body = 64
        let original = Array(RequestParserTests.pipeline.utf8)
        for _ in 0..<3000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            let whole = RequestTranscript.of([bytes], limits: limits)
            let pieces = split(bytes, &random)
            #expect(RequestTranscript.of(pieces, limits: limits) == whole, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("The same holds for answers")
    func answers() {
        var random = SeededGenerator(seed: 9110)
        for _ in 0..<3000 {
            var bytes = Array(ResponseParserTests.chunked.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            let whole = ResponseTranscript.of([bytes])
            let pieces = split(bytes, &random)
            #expect(ResponseTranscript.of(pieces) == whole, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        let byte = Self.interesting.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        case 2: bytes.remove(at: place)
        default:
            let end = min(place + Int.random(in: 1...20, using: &random), bytes.count)
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: bytes.indices.randomElement(using: &random) ?? 0)
        }
    }

    private func split(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...30, using: &random)
            pieces.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
