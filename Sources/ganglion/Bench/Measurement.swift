import GanglionClient
import Logging
import RedisStreams
import Sockets

/// One measurement, from the first service to the last figure.
struct Measurement: Sendable {
    private let settings: BenchSettings
    private let load: Load
    private let coordinator: CoordinatorKind
    private let isSilent: Bool
    private let workload: Workload

    /// Why nothing was measured.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let answerTimeout = Duration.seconds(5)
    private static let startTimeout = Duration.seconds(20)
    /// What a Redis and a service still do for what was asked of them before.
    private static let settlingTime = Duration.seconds(1)
    private static let progressInterval = Duration.milliseconds(250)

    init(_ settings: BenchSettings, _ load: Load, _ coordinator: CoordinatorKind, isSilent: Bool) {
        self.settings = settings
        self.load = load
        self.coordinator = coordinator
        self.isSilent = isSilent
        workload = Workload(settings.scenario, steps: settings.steps)
    }

    func run() async throws -> BenchResult {
        let loop = try EventLoop(name: "bench")
        guard settings.urls.isEmpty else {
            return try await measure(settings.urls, service: nil, settings.redis, on: loop)
        }
        show("starting a service")
        let service = try await OwnService.start(coordinator, on: loop)
        defer { service.stop() }
        var result = try await measure([service.url], service: service.process, service.redis, on: loop)
        result.warnings = service.warnings
        return result
    }

    private func measure(
        _ urls: [String], service: Int32?, _ endpoint: RedisEndpoint?, on loop: EventLoop
    ) async throws -> BenchResult {
        for url in urls { try await check(url) }
        let redis = endpoint.map { RedisClient($0, on: loop, logger: Logger(label: "ganglion")) }
        let clients = try urls.map { try client(of: $0, connections: connections / urls.count + 1) }
        let driver = Driver(workload, load, clients: clients, hasAgents: settings.agents > 0)
        let agents = try self.agents(urls)
        return try await withThrowingTaskGroup(of: BenchResult?.self) { group in
            func add(_ body: @escaping @Sendable () async throws -> Void) {
                group.addTask {
                    try await body()
                    return nil
                }
            }
            if let redis { add { await redis.run() } }
            for agent in agents { add { try await agent.run() } }
            group.addTask { try await measure(driver, Observer(service: service, redis: redis), on: loop) }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw CancellationError()
        }
    }

    private func measure(_ driver: Driver, _ observer: Observer, on loop: EventLoop) async throws -> BenchResult {
        let beforehand = settings.amount.warmUp(concurrency: concurrency)
        await watched(driver, "warming up", beforehand, on: loop) { await driver.run(beforehand) }
        let warmUp = driver.takeTally()
        try Task.checkCancellation()
        if warmUp.completed == 0 {
            throw Failure(description: "nothing was completed while warming up: \(warmUp.reasonsText)")
        }
        if settings.scenario == .idle { await loop.pause(for: Self.settlingTime) }
        let before = await observer.look()
        let start = ContinuousClock.now
        await watched(driver, title, settings.amount, on: loop) { await driver.run(settings.amount) }
        let elapsed = ContinuousClock.now - start
        try Task.checkCancellation()
        if settings.scenario == .idle { await loop.pause(for: Self.settlingTime) }
        let cost = Cost(before, await observer.look())
        if settings.scenario == .idle, !settings.urls.isEmpty {
            show("cancelling what was opened")
            await driver.cancelOpened()
        }
        return BenchResult(
            settings: settings, load: load, coordinator: coordinator, elapsed: elapsed, tally: driver.takeTally(),
            cost: cost)
    }

    // MARK: Who takes part

    private var concurrency: Int {
        switch load {
        case .closed(let concurrency): concurrency
        case .open: 1
        }
    }

    /// A request that waits for a workflow's end has a connection of its own. Of an open loop nobody knows how many
    /// will; what waits for one has its latency counted all the same.
    private var connections: Int {
        switch load {
        case .closed(let concurrency): concurrency
        case .open: 8000
        }
    }

    private func client(of url: String, connections: Int) throws(GanglionError) -> GanglionClient {
        var options = GanglionClient.Options()
        options.maximumConnections = connections
        options.retryFor = Driver.patience
        return try GanglionClient(url, options: options)
    }

    /// Where nothing listens, that is told at once, and not after all the patience that a measurement has. A service
    /// that answers that it is just starting is waited for.
    private func check(_ url: String) async throws {
        func ask(retryFor patience: Duration) async throws(GanglionError) {
            var options = GanglionClient.Options()
            options.retryFor = patience
            options.timeout = Self.answerTimeout
            _ = try await GanglionClient(url, options: options).agents(limit: 1)
        }
        do throws(GanglionError) {
            do throws(GanglionError) {
                try await ask(retryFor: .zero)
            } catch .refused {
                try await ask(retryFor: Self.startTimeout)
            }
        } catch {
            throw Failure(description: "\(url): \(error)")
        }
    }

    private func agents(_ urls: [String]) throws -> [AgentWorker] {
        guard settings.agents > 0 else { return [] }
        let clients = try urls.map { try client(of: $0, connections: 2 * settings.agents) }
        let types = workload.taskTypes
        return (0..<settings.agents).map { index in
            let client = clients[index % clients.count]
            var options = AgentWorker.Options()
            options.handlerExecutor = client.loop
            // As many agents for each type; fewer agents than types: each takes what the others leave. Agents of one
            // type are at all services.
            let own = settings.agents < types.count ? types : [types[index / clients.count % types.count]]
            return AgentWorker(
                client, name: "bench-\(index)", capabilities: own, slots: settings.batch, options: options
            ) { Workload.result(of: $0) }
        }
    }

    // MARK: Progress

    private var title: String {
        let kind = settings.coordinators.count > 1 ? "\(coordinator.rawValue), " : ""
        return "\(kind)\(settings.scenario.rawValue), \(load.text)"
    }

    private func show(_ text: String) {
        if !isSilent { Terminal.standard.show(text) }
    }

    /// Shows how far it is while the body runs.
    private func watched(
        _ driver: Driver, _ title: String, _ amount: Amount, on loop: EventLoop,
        _ body: @escaping @Sendable () async -> Void
    ) async {
        guard !isSilent, Terminal.standard.isInteractive else { return await body() }
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    let (completed, errors, p99) = driver.progress
                    let rate = Double(completed) / ((ContinuousClock.now - start) / .seconds(1))
                    let suffix = errors > 0 ? ", \(errors.grouped) errors" : ""
                    show(
                        "\(title): \(completed.grouped)\(amount.ofText) workflows, "
                            + "\(Int(rate).grouped) a second, P99 \(p99.rounded(to: 3)) ms\(suffix)")
                    await loop.pause(for: Self.progressInterval)
                }
            }
            await body()
            group.cancelAll()
        }
    }
}

extension Load {
    /// For people.
    var text: String {
        switch self {
        case .closed(let concurrency): "\(concurrency.grouped) at a time"
        case .open(let rate): "\(rate.rounded(to: 3)) started a second"
        }
    }
}

extension Amount {
    fileprivate var ofText: String {
        switch self {
        case .workflows(let count): " of \(count.grouped)"
        case .duration: ""
        }
    }
}

extension Tally {
    /// The most frequent first.
    var reasonsText: String {
        let sorted = reasons.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return sorted.map { "\($0.key) (\($0.value.grouped) times)" }.joined(separator: "; ")
    }
}
