import ArgumentParser
import RedisStreams

/// What the options mean together; what makes no sense is refused, with what would.
extension BenchSettings {
    private static let comparedConcurrencies = [50, 200, 500]

    init(_ options: Bench) throws(ValidationError) {
        try Self.checkNumbers(options)
        try Self.checkCombinations(options)
        let scenario = options.scenario
        let steps = options.steps ?? scenario.defaultSteps
        let concurrencies =
            if let given = options.concurrency {
                [given]
            } else {
                options.coordinator == .both ? Self.comparedConcurrencies : [scenario.defaultConcurrency]
            }
        let amount: Amount
        if let duration = options.duration {
            amount = .duration(duration)
        } else if let rate = options.rate, options.workflows == nil {
            // Ten seconds of it.
            amount = .workflows(max(1, Int((rate * 10).rounded())))
        } else {
            amount = .workflows(options.workflows ?? scenario.defaultWorkflows(steps: steps))
        }
        self.init(
            scenario: scenario, steps: steps,
            loads: options.rate.map { [.open(rate: $0)] } ?? concurrencies.map { .closed(concurrency: $0) },
            amount: amount, agents: scenario == .idle ? 0 : options.agents ?? 8, batch: options.batch ?? 32,
            urls: options.url, redis: try Self.redis(options.redis), coordinators: options.coordinator.kinds)
    }

    static func duration(_ text: String) throws(ValidationError) -> Duration {
        guard let duration = Duration(setting: text) else {
            throw ValidationError("'\(text)' is no duration; allowed: a number and a unit, such as 500ms, 20s or 1m")
        }
        return duration
    }

    private static func redis(_ text: String?) throws(ValidationError) -> RedisEndpoint? {
        guard let text else { return nil }
        guard let endpoint = RedisEndpoint(text) else {
            throw ValidationError("--redis: not understood; allowed: \(RedisEndpoint.forms)")
        }
        return endpoint
    }

    private static func checkNumbers(_ options: Bench) throws(ValidationError) {
        for (name, number, range) in [
            ("--concurrency", options.concurrency, 1...10_000), ("--workflows", options.workflows, 1...10_000_000),
            ("--steps", options.steps, 1...10_000), ("--agents", options.agents, 0...1000),
            ("--batch", options.batch, 1...1000),
        ] {
            guard let number, !range.contains(number) else { continue }
            throw ValidationError(
                "\(name): \(number) is not allowed; allowed: \(range.lowerBound) to \(range.upperBound)")
        }
        if let rate = options.rate, !(0.1...100_000).contains(rate) {
            throw ValidationError("--rate: \(rate) is not allowed; allowed: 0.1 to 100000 a second")
        }
        if let duration = options.duration, !(Duration.milliseconds(100)...Duration.seconds(86_400)).contains(duration)
        {
            throw ValidationError("--duration: \(duration) is not allowed; allowed: 100ms to 24h")
        }
    }

    private static func checkCombinations(_ options: Bench) throws(ValidationError) {
        func refuse(_ isWrong: Bool, _ text: String) throws(ValidationError) {
            if isWrong { throw ValidationError(text) }
        }
        let hasOwnService = options.url.isEmpty
        let isCompared = options.coordinator != .distributed
        try refuse(
            options.concurrency != nil && options.rate != nil,
            "--concurrency and --rate: either so many at a time, or so many a second")
        try refuse(
            options.workflows != nil && options.duration != nil,
            "--workflows and --duration: either so many workflows, or for so long")
        try refuse(
            options.steps != nil && !options.scenario.hasSteps,
            "--steps is for chain and fan-out; \(options.scenario.rawValue) has \(options.scenario.defaultSteps)")
        try refuse(
            options.agents == 0 && hasOwnService,
            "--agents 0 without --url: nobody would do the tasks of the command's own service; allowed: --agents 1 or "
                + "more, or the --url of a service that has agents")
        try refuse(
            options.agents == 0 && options.batch != nil, "--batch is for the command's own agents; --agents 0 has none")
        try refuse(
            options.redis != nil && hasOwnService,
            "--redis is for the services at --url; the command's own service has a Redis of its own")
        try refuse(
            isCompared && !hasOwnService,
            "--coordinator \(options.coordinator.rawValue) is for the command's own service, and --url names another")
        try refuse(
            options.coordinator == .both && options.rate != nil,
            "--coordinator both compares at so many at a time: --concurrency instead of --rate")
        guard options.scenario == .idle else { return }
        try refuse(
            options.rate != nil || options.duration != nil,
            "idle opens so many workflows: --workflows, and no --rate "
                + "or --duration")
        try refuse(options.agents != nil || options.batch != nil, "idle has no agents: nobody takes its tasks")
        try refuse(isCompared, "idle commits nothing but starts: --coordinator distributed is all there is to see")
    }
}
