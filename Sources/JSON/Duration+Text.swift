/// Durations as plans and the API write them: a whole number and a unit, `250ms`, `30s`, `5m`, `2h`, `7d`.
extension Duration {
    package static let textForm = "a whole number and a unit: 250ms, 30s, 5m, 2h or 7d, at most 3650d"

    /// The longest that can be written: ten years of 365 days.
    package static let longest = Duration.seconds(3650 * 86_400)

    package init?(text: String) {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !digits.isEmpty, digits.count <= 15, let count = Int64(String(digits) ?? "") else { return nil }
        let unit: Int64
        switch String(text.utf8.dropFirst(digits.count)) {
        case "ms": unit = 1
        case "s": unit = 1000
        case "m": unit = 60_000
        case "h": unit = 3_600_000
        case "d": unit = 86_400_000
        default: return nil
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, milliseconds <= Duration.longest.wholeMilliseconds else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// The shortest exact spelling.
    package var text: String {
        let milliseconds = wholeMilliseconds
        for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")] as [(Int64, String)]
        where milliseconds != 0 && milliseconds % unit == 0 {
            return "\(milliseconds / unit)\(name)"
        }
        return "\(milliseconds)ms"
    }

    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return milliseconds + attoseconds / 1_000_000_000_000_000
    }
}
