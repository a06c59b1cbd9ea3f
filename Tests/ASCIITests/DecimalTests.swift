import ASCII
import Testing

/// Numbers are spelled as the standard library spells them.
@Suite("Decimal numbers")
struct DecimalTests {
    @Test(
        "A number's digits are those of its text",
        arguments: [
            0, 1, 9, 10, 11, 99, 100, 101, 999, 1_000, 1_795_453_200_000, .max, .max - 1, -1, -9, -10, -1_000, .min,
        ] as [Int64])
    func digits(_ number: Int64) {
        #expect(text { $0.append(decimal: number) } == String(number))
        #expect([UInt8].digits(of: number.magnitude) == String(number.magnitude).count)
    }

    @Test("At each power of ten there is one digit more")
    func powers() {
        var power: UInt64 = 1
        for count in 1...19 {
            #expect([UInt8].digits(of: power) == count)
            #expect([UInt8].digits(of: power * 10 - 1) == count)
            #expect(text { $0.append(decimal: power) } == String(power))
            power *= 10
        }
        #expect([UInt8].digits(of: power) == 20)
        #expect(text { $0.append(decimal: UInt64.max) } == String(UInt64.max))
    }

    @Test("Zeros fill the width, and what is wider keeps its digits")
    func widths() {
        #expect(text { $0.append(decimal: 7, width: 3) } == "007")
        #expect(text { $0.append(decimal: 0, width: 2) } == "00")
        #expect(text { $0.append(decimal: 12_345, width: 3) } == "12345")
        #expect(text { $0.append(decimal: -7, width: 3) } == "-007")
    }

    @Test("It is appended to what is there")
    func appended() {
        #expect(
            text { bytes in
                bytes.append(decimal: 1)
                bytes.append(decimal: 23)
            } == "123")
    }

    private func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
