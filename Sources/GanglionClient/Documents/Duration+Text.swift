/// Durations as the API writes them: a whole number and a unit, `250ms`, `30s`, `5m`, `2h`, `7d`.
extension Duration {
    init?(text: String) {
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
        guard !overflow else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// In milliseconds, rounded up so that a wait is never shorter than it was meant; 0 for what is negative.
    var text: String { "\(wholeMilliseconds)ms" }

    /// The API's longest duration is ten years; what is longer becomes that.
    private var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = min(max(self, .zero), .seconds(3650 * 86_400)).components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
