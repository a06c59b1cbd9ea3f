import Sockets
import TestKit
import Testing

@Suite("Timers", .timeLimit(.minutes(1)))
struct TimerTests {
    @Test("Timers fire in the order of their times, not of their making, and of two for one time the older first")
    func order() async throws {
        let loop = try EventLoop(name: "timers")
        let log = EventLog<Int>()
        loop.execute {
            for number in [4, 1, 3, 2, 0] {
                _ = loop.schedule(after: .milliseconds(number * 5)) { log.record(number) }
            }
        }
        try await log.wait(forCount: 5)
        #expect(log.events == [0, 1, 2, 3, 4])
    }

    @Test("A timer does not fire before its time")
    func delay() async throws {
        let loop = try EventLoop(name: "delay")
        let start = ContinuousClock.now
        await loop.pause(for: .milliseconds(30))
        #expect(ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test("A cancelled timer does not fire, and those around it do")
    func cancelling() async throws {
        let loop = try EventLoop(name: "cancelled")
        let log = EventLog<String>()
        _ = loop.schedule(after: .milliseconds(5)) { log.record("first") }
        let cancelled = loop.schedule(after: .milliseconds(10)) { log.record("cancelled") }
        _ = loop.schedule(after: .milliseconds(15)) { log.record("last") }
        cancelled.cancel()
        cancelled.cancel()
        try await log.wait(forCount: 2)
        #expect(log.events == ["first", "last"])
    }

    @Test("A sleeping loop wakes for a timer that another thread sets before all others")
    func earlier() async throws {
        let loop = try EventLoop(name: "earlier")
        for _ in 0..<200 {
            let log = EventLog<String>()
            let late = loop.schedule(after: .seconds(100)) { log.record("late") }
            _ = loop.schedule(after: .milliseconds(1)) { log.record("early") }
            try await log.wait(forCount: 1)
            late.cancel()
            #expect(log.events == ["early"])
        }
    }

    @Test("Many threads may set timers at once, and all fire")
    func threads() async throws {
        let loop = try EventLoop(name: "threads")
        let log = EventLog<Int>()
        await withDiscardingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    for step in 0..<100 {
                        _ = loop.schedule(after: .microseconds((step * 37 + number * 11) % 3000)) { log.record(1) }
                    }
                }
            }
        }
        try await log.wait(forCount: 800)
    }

    @Test("Cancelled timers do not stay until their time")
    func forgetting() async throws {
        let loop = try EventLoop(name: "forgets")
        weak var first: LoopTimer?
        for number in 0..<1000 {
            let timer = loop.schedule(after: .seconds(3600)) {}
            if number == 0 { first = timer }
            timer.cancel()
        }
        #expect(first == nil)
    }

    @Test("Waits of any length are taken", arguments: [Duration.seconds(Int64.min), .zero, .seconds(-1)])
    func past(delay: Duration) async throws {
        let loop = try EventLoop(name: "past")
        _ = loop.schedule(after: .seconds(Int64.max)) {}
        await loop.pause(for: delay)
    }

    @Test("A pause ends when its task is cancelled, before or during it")
    func pauseCancelled() async throws {
        let loop = try EventLoop(name: "pause")
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.pause(for: .seconds(3600)) }
            group.cancelAll()
            group.addTask { await loop.pause(for: .seconds(3600)) }
        }
    }
}
