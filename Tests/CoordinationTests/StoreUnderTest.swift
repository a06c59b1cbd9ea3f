import Coordination
import JSON
import RedisStreams
import Sockets
import Synchronization
import TestKit
import Testing
import WorkflowCore

/// The stores that keep the contract: every test of it runs against each.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case redis

    var testDescription: String { rawValue }
}

/// A store of a test's own, and its clock.
struct StoreUnderTest: Sendable {
    let store: any WorkflowStore
    /// `nil` for the store in memory.
    let redis: RedisServer?
    private let clock: ManualClock

    init(_ store: any WorkflowStore, redis: RedisServer? = nil, clock: ManualClock = ManualClock()) {
        self.store = store
        self.redis = redis
        self.clock = clock
    }

    /// The store's time.
    func now() async throws -> Instant {
        guard let redis else { return clock.now }
        let parts = try #require(try await redis.command("TIME").array)
        let (seconds, microseconds) = (try #require(parts[0].integer), try #require(parts[1].integer))
        return Instant(milliseconds: seconds * 1000 + microseconds / 1000)
    }

    /// Lets time pass until a moment is over.
    func wait(past moment: Instant) async throws {
        clock.advance(past: moment)
        try await eventually { try await now() > moment }
    }

    func wait(_ duration: Duration) async throws { try await wait(past: try await now() + duration) }

    // MARK: Short ways

    func register(
        _ agent: AgentID, _ capabilities: [String] = ["work"], slots: Int = 8, lifetime: Duration = .seconds(60)
    ) async throws {
        try await store.register(
            AgentRegistration(
                id: agent, name: "tester", profile: AgentProfile(capabilities), slots: slots, lifetime: lifetime))
    }

    /// What it tells, on a way of its own.
    func messages(on loop: EventLoop) -> any MessageSource {
        if let redis { return RedisMessages(redis.endpoint, on: loop, logger: .quiet) }
        guard let memory = store as? MemoryStore else { preconditionFailure("a store without messages") }
        return MemoryMessages(memory, on: loop)
    }

    /// What a living agent is told.
    func take(
        _ agent: AgentID, _ wanted: Int = 1, running: [TaskID] = [], waits: Bool = false, at node: NodeID = .north
    ) async throws -> Taken {
        let request = TakeRequest(agent: agent, wanted: wanted, running: running, waits: waits)
        let outcome = try await store.take(request, at: node)
        guard case .alive(let taken) = outcome else { throw Unexpected(description: "the agent is \(outcome)") }
        return taken
    }

    /// An agent that would take anything: what of a type is on its queue and nobody holds.
    func leftOnQueue(of type: String = "work") async throws -> [TaskID] {
        let agent = AgentID(token: RandomToken(high: 99, low: UInt64(Unique.next())))
        try await register(agent, [type], slots: 1000)
        return try await take(agent, 1000).tasks.map(\.dispatch.task)
    }

    /// The workflow, for a node that claims it.
    func claimed(_ id: WorkflowID, for node: NodeID) async throws -> StoredWorkflow {
        let outcome = try await store.claim(id, for: node)
        guard case .workflow(let workflow) = outcome else { throw Unexpected(description: "\(outcome)") }
        return workflow
    }

    func events(of id: WorkflowID) async throws -> [String] {
        let page = try await store.history(of: id, PageRequest(limit: 1000))
        return try #require(page).elements.map { JSONNode($0.event).member("type")?.string ?? "" }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// Numbers that no one else in this process has.
enum Unique {
    private static let count = Atomic(0)

    static func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// A clock that stands until a test moves it.
final class ManualClock: Sendable {
    private let time = Mutex(Instant(milliseconds: 1_800_000_000_000))

    var now: Instant { time.withLock { $0 } }

    func advance(past moment: Instant) {
        time.withLock { $0 = max($0, moment + .milliseconds(1)) }
    }
}

/// Runs the body with a store of its own.
func withStore(_ kind: StoreKind, _ body: (StoreUnderTest) async throws -> Void) async throws {
    switch kind {
    case .memory:
        let clock = ManualClock()
        try await body(StoreUnderTest(MemoryStore { clock.now }, clock: clock))
    case .redis:
        try await withRedisStore { _, test in try await body(test) }
    }
}

/// Runs the body with a store in a Redis of its own, reached at the server or at what stands before it.
func withRedisStore(
    options: [String] = [], _ body: (RedisServer, StoreUnderTest) async throws -> Void
) async throws {
    try await withRedisServer(options: options) { server in
        try await withRedisStore(at: server.endpoint) { store in
            try await body(server, StoreUnderTest(store, redis: server))
        }
    }
}

func withRedisStore(at endpoint: RedisEndpoint, _ body: (RedisStore) async throws -> Void) async throws {
    let client = RedisStore.client(endpoint, on: try EventLoop(name: "store"), logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        await client.waitUntilConnected()
        try await body(RedisStore(client: client))
    }
}
