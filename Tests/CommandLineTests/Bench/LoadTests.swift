import Testing

@testable import ganglion

/// When workflows are started, and how many.
@Suite("Loads")
struct LoadTests {
    @Test("In an open loop workflows are due at a steady rate, whatever becomes of those before them")
    func schedule() {
        let schedule = OpenLoopSchedule(rate: 500, .workflows(1000))
        #expect(schedule.count == 1000)
        #expect(schedule.due(0) == .zero)
        #expect(schedule.due(1) == .milliseconds(2))
        #expect(schedule.due(999) == .milliseconds(1998))
    }

    @Test(
        "All are started that are due before the time is over, and at least one",
        arguments: [(500.0, 2.0, 1000), (0.5, 10, 5), (3, 0.5, 2), (0.1, 1, 1)])
    func duration(_ rate: Double, _ seconds: Double, _ count: Int) {
        let schedule = OpenLoopSchedule(rate: rate, .duration(.seconds(seconds)))
        #expect(schedule.count == count)
        #expect(schedule.due(schedule.count - 1) < .seconds(seconds))
    }

    @Test("A warm-up is a tenth, or one round of what is under way at a time, and never more than the measurement")
    func warmUp() {
        #expect(Amount.workflows(5000).warmUp(concurrency: 200) == .workflows(500))
        #expect(Amount.workflows(1000).warmUp(concurrency: 200) == .workflows(200))
        #expect(Amount.workflows(4).warmUp(concurrency: 8) == .workflows(4))
        #expect(Amount.workflows(1).warmUp(concurrency: 1) == .workflows(1))
        #expect(Amount.duration(.seconds(30)).warmUp(concurrency: 1) == .duration(.seconds(3)))
        #expect(Amount.duration(.seconds(2)).warmUp(concurrency: 1) == .duration(.seconds(1)))
        #expect(Amount.duration(.milliseconds(200)).warmUp(concurrency: 1) == .duration(.milliseconds(200)))
    }

    @Test("Numbers are given once each, until there are enough or the time is over")
    func numbers() {
        let three = Numbers(.workflows(3))
        #expect((0..<5).map { _ in three.next() } == [0, 1, 2, nil, nil])
        let past = Numbers(.duration(.seconds(1)), at: .now - .seconds(2))
        #expect(past.next() == nil)
        #expect(Numbers(.duration(.seconds(60))).next() == 0)
    }

    @Test("Latencies are kept to a thousandth, however many there are")
    func latencies() {
        var latencies = Latencies()
        #expect(latencies.percentile(99) == 0 && latencies.longest == 0)
        for milliseconds in (1...1000).reversed() { latencies.add(.milliseconds(milliseconds)) }
        for (percent, expected) in [(50.0, 500.0), (90, 900), (99, 990), (99.9, 999), (100, 1000)] {
            #expect(abs(latencies.percentile(percent) - expected) <= expected / 1000, "P\(percent)")
        }
        #expect(abs(latencies.longest - 1000) <= 1)
    }

    @Test("A latency below zero is none, and one of days is an hour")
    func extremes() {
        var latencies = Latencies()
        latencies.add(.milliseconds(-5))
        #expect(latencies.longest == 0)
        latencies.add(.seconds(1_000_000))
        #expect(abs(latencies.longest - 3_600_000) <= 3600)
    }

    @Test("Of errors, the reasons are kept that came first, and how often")
    func errors() {
        var tally = Tally()
        for number in 0..<20 { tally.fail("reason \(number % 10)") }
        #expect(tally.errors == 20)
        #expect(tally.reasons.count == 5)
        #expect(tally.reasons["reason 0"] == 2)
    }
}
