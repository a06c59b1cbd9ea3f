import GanglionClient
import Sockets
import Synchronization
import TestKit

/// The agents: steady ones, and unruly ones of whom one may be lost at any time and is replaced by another.
final class AgentPool: Sendable {
    private let url: String
    private let nodes: [String]
    private let journal: Journal
    private let loop: EventLoop
    private let direct: [GanglionClient]
    private let newcomers: AsyncStream<Int>
    private let admit: AsyncStream<Int>.Continuation
    private let state: Mutex<State>
    /// Agents with numbers from here on are unruly.
    private let steady: Int
    private let work: Duration
    private let seed: UInt64

    private static let slots = 16

    private struct State {
        /// By number; whoever ends one of these is never heard of again.
        var unruly: [Int: AsyncStream<Never>.Continuation] = [:]
        var nextNumber: Int
    }

    init(url: String, nodes: [String], steady: Int, unruly: Int, work: Duration, journal: Journal, seed: UInt64) throws
    {
        self.url = url
        self.nodes = nodes
        self.steady = steady
        self.journal = journal
        self.work = work
        self.seed = seed
        let loop = try EventLoop(name: "agents")
        self.loop = loop
        direct = try nodes.map { try Self.client($0, on: loop) }
        (newcomers, admit) = AsyncStream.makeStream(of: Int.self)
        state = Mutex(State(nextNumber: steady + unruly))
        for number in 0..<(steady + unruly) { admit.yield(number) }
    }

    /// Each agent has connections of its own.
    private static func client(_ url: String, on loop: EventLoop) throws -> GanglionClient {
        var options = GanglionClient.Options()
        options.retryFor = .zero
        options.maximumConnections = 32
        return try GanglionClient(url, on: loop, options: options)
    }

    /// Works until it is cancelled.
    func run() async {
        await loop.run {
            await withDiscardingTaskGroup { group in
                for await number in self.newcomers {
                    group.addTask(executorPreference: self.loop) {
                        do {
                            try await self.run(number)
                        } catch {
                            self.journal.note(problem: "agent \(number): \(error)")
                        }
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func run(_ number: Int) async throws {
        let client = try Self.client(url, on: loop)
        if number < steady {
            return try await SteadyAgent(
                client: client, name: "steady-\(number)", slots: Self.slots, work: work, journal: journal
            ).run()
        }
        let agent = UnrulyAgent(
            client, nodes: direct, name: "unruly-\(number)", slots: Self.slots, work: work, journal: journal,
            seed: seed &+ UInt64(number))
        let (life, end) = AsyncStream.makeStream(of: Never.self)
        state.withLock { $0.unruly[number] = end }
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { await agent.run() }
            group.addTask { for await _ in life {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// One falls silent for ever, with all that it holds, and another comes. Gives its number; `nil` if there is none.
    func loseOne(using generator: inout SeededGenerator) -> Int? {
        let numbers = state.withLock { $0.unruly.keys.sorted() }
        guard let number = numbers.randomElement(using: &generator) else { return nil }
        let next = state.withLock { state in
            state.unruly.removeValue(forKey: number)?.finish()
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        admit.yield(next)
        return number
    }
}
