/// 128 random bits, written as 26 characters of Crockford's base 32 in lower case (crockford.com/base32.html).
package struct RandomToken: Hashable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package static let textLength = 26
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The core itself never draws: the caller's generator is the only source of chance.
    package static func random(using generator: inout some RandomNumberGenerator) -> RandomToken {
        RandomToken(high: generator.next(), low: generator.next())
    }

    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.textLength else { return nil }
        var value: UInt128 = 0
        for (position, byte) in text.utf8.enumerated() {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            // 26 digits carry 130 bits: the first may not use the two that do not fit.
            guard position > 0 || digit < 8 else { return nil }
            value = value << 5 | UInt128(digit)
        }
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    package var description: String {
        var value = UInt128(high) << 64 | UInt128(low)
        var digits = [UInt8](repeating: Self.alphabet[0], count: Self.textLength)
        for position in digits.indices.reversed() {
            digits[position] = Self.alphabet[Int(value & 31)]
            value >>= 5
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
