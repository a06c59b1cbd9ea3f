import Histogram

/// Durations, each to a thousandth of itself, in bounded memory however many there are.
struct Latencies: Sendable {
    /// In microseconds.
    private var histogram = Histogram<UInt64>(highestTrackableValue: longest, numberOfSignificantValueDigits: .three)

    /// An hour: what is longer counts as that.
    private static let longest: UInt64 = 3_600_000_000

    var isEmpty: Bool { histogram.totalCount == 0 }

    /// What is below zero, because two clocks were not quite alike, counts as nothing.
    mutating func add(_ duration: Duration) {
        let microseconds = max(0, duration / .microseconds(1))
        histogram.record(min(UInt64(microseconds), Self.longest))
    }

    /// In milliseconds: what so many in a hundred do not exceed.
    func percentile(_ percent: Double) -> Double {
        isEmpty ? 0 : Double(min(histogram.valueAtPercentile(percent), histogram.max)) / 1000
    }

    /// In milliseconds.
    var longest: Double { isEmpty ? 0 : Double(histogram.max) / 1000 }
}
