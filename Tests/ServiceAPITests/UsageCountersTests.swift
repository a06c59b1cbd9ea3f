import Testing

@testable import ServiceAPI

@Suite("Usage counters")
struct UsageCountersTests {
    @Test("Units beyond the limit share one figure")
    func limit() {
        let counters = UsageCounters()
        for unit in 0..<(UsageCounters.maximumUnits * 3) { _ = counters.counter(for: "unit\(unit)") }
        #expect(counters.count == UsageCounters.maximumUnits + 1)
        _ = counters.counter(for: "unit5")
        #expect(counters.count == UsageCounters.maximumUnits + 1)
    }
}
