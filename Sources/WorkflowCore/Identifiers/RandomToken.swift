import JSON

/// 128 random bits, written as 26 characters of Crockford's base 32 in lower case (crockford.com/base32.html).
package struct RandomToken: Hashable, Sendable, PlainText {
    package let high: UInt64
    package let low: UInt64

    package static let textLength = 26
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    /// The value of each byte that is a digit.
    private static let values: [UInt8?] = (0...UInt8.max).map { byte in alphabet.firstIndex(of: byte).map(UInt8.init) }

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The core itself never draws: the caller's generator is the only source of chance.
    package static func random(using generator: inout some RandomNumberGenerator) -> RandomToken {
        RandomToken(high: generator.next(), low: generator.next())
    }

    package init?(_ text: String) {
        self.init(digits: text.utf8Span.span)
    }

    init?(digits: Span<UInt8>) {
        guard digits.count == Self.textLength else { return nil }
        var value: UInt128 = 0
        for position in digits.indices {
            guard let digit = Self.values[Int(digits[position])] else { return nil }
            // 26 digits carry 130 bits: the first may not use the two that do not fit.
            guard position > 0 || digit < 8 else { return nil }
            value = value << 5 | UInt128(digit)
        }
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.textLength) { output in
            let value = UInt128(high) << 64 | UInt128(low)
            for position in (0..<Self.textLength).reversed() {
                output.append(Self.alphabet[Int(truncatingIfNeeded: value >> (5 * position)) & 31])
            }
        }
    }
}
