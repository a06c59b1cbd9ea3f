/// Numbers as digits in bytes: what JSON, ids, times and Redis's protocol are full of. The standard library spells them
/// as texts, which took a tenth of all that a workflow costs the service.
extension [UInt8] {
    /// The number's digits, with zeros before them up to `width`.
    package mutating func append(decimal number: Int, width: Int = 1) {
        append(decimal: Int64(number), width: width)
    }

    package mutating func append(decimal number: Int64, width: Int = 1) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude, width: width)
    }

    package mutating func append(decimal number: UInt64, width: Int = 1) {
        // Lengths, and the parts of a time: most numbers are of these.
        if number < 100, width <= 2 {
            let (tens, ones) = UInt8(truncatingIfNeeded: number).quotientAndRemainder(dividingBy: 10)
            if tens > 0 || width == 2 { append(UInt8(ascii: "0") + tens) }
            return append(UInt8(ascii: "0") + ones)
        }
        let digits = Swift.max(width, Self.digits(of: number))
        append(addingCapacity: digits) { output in
            output.append(repeating: UInt8(ascii: "0"), count: digits)
            var digits = output.mutableSpan
            var (rest, index) = (number, digits.count)
            while rest > 0 {
                index -= 1
                digits[index] += UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
    }

    /// How many digits a number has; 1 for 0.
    package static func digits(of number: UInt64) -> Int {
        var (count, bound) = (1, UInt64(10))
        // Twenty digits are the most.
        while number >= bound, count < 20 {
            count += 1
            bound = count == 20 ? .max : bound * 10
        }
        return count
    }
}
