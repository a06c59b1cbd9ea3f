import JSON
import WorkflowCore

/// Durations as people give them in settings: as in plans, and with decimals, `1.5s`.
extension Duration {
    /// `nil` if it is none, or is no whole number of milliseconds.
    init?(setting text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            self.init(text: text)
            return
        }
        let decimals = parts[1].prefix { $0.isASCII && $0.isNumber }
        // The unit, and what one is in each of its decimals: 1.25s is 125 hundredths of a second.
        guard !parts[0].isEmpty, !decimals.isEmpty, decimals.count <= 6,
            let whole = Duration(text: "\(parts[0])\(decimals)ms"),
            let unit = Duration(text: "1\(parts[1].dropFirst(decimals.count))")
        else { return nil }
        var scale: Int64 = 1
        for _ in decimals { scale *= 10 }
        let (product, overflow) = whole.wholeMilliseconds.multipliedReportingOverflow(by: unit.wholeMilliseconds)
        guard !overflow, product % scale == 0 else { return nil }
        self.init(text: "\(product / scale)ms")
    }
}
