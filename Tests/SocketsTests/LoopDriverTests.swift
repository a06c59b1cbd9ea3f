import Sockets
import TestKit
import Testing

@Suite("Driven loops", .timeLimit(.minutes(1)))
struct LoopDriverTests {
    private let start = ContinuousClock.now
    private let driver: LoopDriver
    private let loop: EventLoop

    init() {
        driver = LoopDriver(at: start)
        loop = EventLoop(name: "driven", drivenBy: driver)
    }

    @Test("Nothing runs by itself, and one step runs one job, in order, on the loop")
    func steps() {
        let log = EventLog<Int>()
        for number in 0..<3 { loop.execute { log.record(loop.isCurrent ? number : -1) } }
        #expect(log.events == [])
        for count in 1...3 {
            #expect(driver.runJob())
            #expect(log.count == count)
        }
        #expect(log.events == [0, 1, 2])
        #expect(!driver.runJob() && !driver.hasJobs)
        #expect(!loop.isCurrent)
    }

    @Test("Its clock stands until it is moved, and timers fire in their order once they are due and asked for")
    func timers() {
        let log = EventLog<Int>()
        for number in [2, 1] { _ = loop.schedule(after: .seconds(number)) { log.record(number) } }
        #expect(loop.now == start)
        #expect(driver.nextTimer == 1_000_000_000)
        #expect(!driver.fireTimer())
        driver.advance(to: 3_000_000_000)
        driver.advance(to: 0)
        #expect(loop.now == start + .seconds(3))
        #expect(log.events == [])
        #expect(driver.fireTimer() && driver.fireTimer() && !driver.fireTimer())
        #expect(log.events == [1, 2])
        #expect(driver.nextTimer == nil)
    }

    @Test("A task that prefers it, and an actor on it, go on by its steps and nowhere else")
    func tasks() {
        let log = EventLog<String>()
        let counter = Counter(loop)
        let task = Task(executorPreference: loop) {
            log.record("begins")
            await loop.pause(for: .seconds(60))
            await withDiscardingTaskGroup { group in
                for _ in 0..<3 { group.addTask { await counter.add() } }
            }
            log.record("\(await counter.count)")
        }
        run()
        #expect(log.events == ["begins"])
        driver.advance(to: 60_000_000_000)
        #expect(driver.fireTimer())
        run()
        #expect(log.events == ["begins", "3"])
        #expect(!task.isCancelled)
    }

    @Test("It lives no longer than its jobs and those who use it")
    func end() {
        weak var observed: EventLoop?
        do {
            let loop = EventLoop(name: "unused", drivenBy: driver)
            observed = loop
            loop.execute {}
        }
        #expect(observed != nil)
        #expect(driver.runJob())
        #expect(observed == nil)
    }

    private func run() { while driver.runJob() {} }
}

private actor Counter {
    private let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private(set) var count = 0

    init(_ loop: EventLoop) { self.loop = loop }

    func add() { count += 1 }
}
