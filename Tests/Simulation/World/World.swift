import Sockets
import WorkflowCore

/// One thread on which a whole cluster runs: the loops of all its nodes, and one more for what lies between and around
/// them. Which of them does the next step, how long everything takes and what goes wrong is drawn from one seed: the
/// same seed makes the same happen again.
///
/// All of it is used by the thread that runs the world, and by nobody else.
final class World: @unchecked Sendable {
    /// Since the beginning, in nanoseconds.
    private(set) var now: Int64 = 0
    var chance: Chance
    /// Where the network, the store, the agents and the clients are.
    let outside = Lane(name: "outside", drift: 0)
    private(set) var lanes: [Lane]
    /// Steps ask for what only some agents have.
    let isRouted: Bool
    /// Faults happen; afterwards everything is well.
    var isFaulty = true
    /// Whoever goes on by himself ends.
    private(set) var isOver = false
    /// How far the store's clock was set.
    var storeOffset = Duration.zero
    /// Tasks that were begun and have not ended.
    var unendedTasks: Int { tasks.count }
    private(set) var steps = 0
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var nextTask = 0
    /// What happened, for whoever has to understand a seed.
    private(set) var trace: [String]?
    private(set) var digest = Digest()

    private static let noon = Instant(milliseconds: 1_800_000_000_000)
    /// No step takes longer, in nanoseconds.
    private static let longestStep = 30_000

    init(seed: UInt64, isRouted: Bool = false, isTraced: Bool) {
        self.isRouted = isRouted
        chance = Chance(seed: seed)
        lanes = [outside]
        trace = isTraced ? [] : nil
    }

    /// The store's clock.
    var storeTime: Instant { Self.noon + .nanoseconds(now) + storeOffset }

    /// Notes what happened: for the trace, and for the digest that two runs of one seed have in common.
    func note(_ line: @autoclosure () -> String) {
        digest.add(UInt64(bitPattern: now))
        guard trace != nil else { return }
        let (seconds, rest) = (now / 1_000_000_000, now / 1000 % 1_000_000)
        let digits = String(rest)
        trace?.append("\(seconds).\(String(repeating: "0", count: 6 - digits.count))\(digits) \(line())")
    }

    /// Something that the digest has to tell apart.
    func mark(_ value: UInt64) { digest.add(value) }

    // MARK: Loops

    func makeLane(_ name: String) -> Lane {
        let lane = Lane(name: name, drift: chance.within(-400...400))
        lanes.append(lane)
        return lane
    }

    // MARK: Time

    /// Runs until the moment, or until the condition holds.
    func run(until end: Int64, or isDone: () -> Bool = { false }) {
        while now < end, !isDone() {
            if step() { continue }
            guard let next = nextMoment, next < end else {
                now = end
                return
            }
            now = max(now, next)
        }
    }

    /// Runs what is ready, without waiting for any time; says whether nothing is left that will ever run.
    func settle(atMost limit: Int) -> Bool {
        for _ in 0..<limit where !step() {
            guard let next = nextMoment else { return true }
            now = max(now, next)
        }
        return false
    }

    private var nextMoment: Int64? {
        var next: Int64?
        for lane in lanes {
            guard let moment = lane.nextMoment(after: now) else { continue }
            next = min(next ?? moment, moment)
        }
        return next
    }

    /// One step of one loop that can make one; says whether there was one.
    private func step() -> Bool {
        steps += 1
        let first = chance.below(lanes.count)
        // Timers that are due run between jobs, now and then before them.
        if chance.once(in: 8), fireTimer(from: first) { return true }
        for place in lanes.indices {
            let lane = lanes[(first + place) % lanes.count]
            guard lane.driver.hasJobs, lane.frozenUntil <= now else { continue }
            lane.follow(now)
            _ = lane.driver.runJob()
            now += Int64(chance.below(Self.longestStep))
            return true
        }
        return fireTimer(from: first)
    }

    private func fireTimer(from first: Int) -> Bool {
        for place in lanes.indices {
            let lane = lanes[(first + place) % lanes.count]
            guard lane.frozenUntil <= now else { continue }
            lane.follow(now)
            if lane.driver.fireTimer() { return true }
        }
        return false
    }

    // MARK: Tasks

    /// Begins a task on a loop, and remembers it until it has ended.
    @discardableResult
    func begin(on lane: Lane? = nil, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let number = nextTask
        nextTask += 1
        let lane = lane ?? outside
        lane.unendedTasks += 1
        let task = Task(executorPreference: lane.loop) {
            await body()
            lane.unendedTasks -= 1
            self.tasks[number] = nil
            if lane.isRetired, lane.unendedTasks == 0 { self.lanes.removeAll { $0 === lane } }
        }
        tasks[number] = task
        return task
    }

    /// Ends all that goes on by itself.
    func end() {
        isOver = true
        for task in tasks.sorted(by: { $0.key < $1.key }) { task.value.cancel() }
    }

    func pause(_ duration: Duration) async { await outside.loop.pause(for: duration) }

    /// A wait that no cancellation ends: what is on its way arrives.
    func pass(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            _ = outside.loop.schedule(after: duration) { continuation.resume() }
        }
    }
}

/// A number for all that happened, in its order (FNV-1a by words).
struct Digest: Hashable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01B3
        value ^= value >> 29
    }
}
