import ArgumentParser
import RedisStreams
import Testing

@testable import ganglion

/// What `ganglion bench` takes, and what it makes of it.
@Suite("Options of bench")
struct BenchSettingsTests {
    private func settings(_ arguments: String...) throws -> BenchSettings {
        try BenchSettings(try Bench.parse(arguments))
    }

    @Test("Without options it measures contract reviews, with agents and a service of its own")
    func defaults() throws {
        let settings = try settings()
        #expect(settings.scenario == .contractReview)
        #expect(settings.steps == 4)
        #expect(settings.loads == [.closed(concurrency: 200)])
        #expect(settings.amount == .workflows(5000))
        #expect(settings.agents == 8)
        #expect(settings.batch == 32)
        #expect(settings.urls.isEmpty && settings.redis == nil)
        #expect(settings.coordinators == [.distributed])
    }

    @Test("Every option is taken")
    func everyOption() throws {
        let settings = try settings(
            "chain", "--rate", "12.5", "--duration", "1.5s", "--steps", "7", "--agents", "3", "--batch", "5",
            "--url", "http://a:1", "--url", "http://b:2", "--redis", "redis://c:3")
        #expect(settings.scenario == .chain)
        #expect(settings.loads == [.open(rate: 12.5)])
        #expect(settings.amount == .duration(.milliseconds(1500)))
        #expect(settings.steps == 7)
        #expect(settings.agents == 3)
        #expect(settings.batch == 5)
        #expect(settings.urls == ["http://a:1", "http://b:2"])
        #expect(settings.redis == RedisEndpoint("redis://c:3"))
    }

    @Test("A scenario has defaults of its own")
    func scenarios() throws {
        #expect(try settings("shipments").amount == .workflows(50_000))
        #expect(try settings("fan-out").steps == 100)
        #expect(try settings("fan-out", "--steps", "10000").amount == .workflows(4))
        #expect(try settings("idle").agents == 0)
        #expect(try settings("--rate", "500").amount == .workflows(5000), "ten seconds of it")
    }

    @Test("Both coordinators are compared at 50, 200 and 500 at a time, or at what is said")
    func both() throws {
        let compared = try settings("--coordinator", "both")
        #expect(compared.loads == [50, 200, 500].map { .closed(concurrency: $0) })
        #expect(compared.coordinators == [.central, .distributed])
        #expect(try settings("--coordinator", "both", "--concurrency", "7").loads == [.closed(concurrency: 7)])
        #expect(try settings("--coordinator", "central").coordinators == [.central])
    }

    @Test(
        "What makes no sense is refused, with what would",
        arguments: [
            (["--concurrency", "0"], "--concurrency: 0 is not allowed; allowed: 1 to 10000"),
            (["--rate", "0"], "--rate: 0.0 is not allowed; allowed: 0.1 to 100000 a second"),
            (["--rate", "nan"], "allowed: 0.1 to 100000 a second"),
            (["--workflows", "0"], "--workflows: 0 is not allowed"),
            (["--duration", "20"], "such as 500ms, 20s or 1m"),
            (["--duration", "1ms"], "allowed: 100ms to 24h"),
            (["--batch", "1001"], "allowed: 1 to 1000"),
            (["chain", "--steps", "10001"], "--steps: 10001 is not allowed; allowed: 1 to 10000"),
            (["--steps", "3"], "--steps is for chain and fan-out; contract-review has 4"),
            (["--concurrency", "1", "--rate", "1"], "either so many at a time, or so many a second"),
            (["--workflows", "1", "--duration", "1s"], "either so many workflows, or for so long"),
            (["--agents", "0"], "allowed: --agents 1 or more, or the --url"),
            (["--agents", "0", "--batch", "2", "--url", "http://a:1"], "--agents 0 has none"),
            (["--redis", "redis://a:1"], "--redis is for the services at --url"),
            (["--redis", "a:1", "--url", "http://a:1"], "allowed: redis://"),
            (["--coordinator", "both", "--url", "http://a:1"], "is for the command's own service"),
            (["--coordinator", "both", "--rate", "5"], "--concurrency instead of --rate"),
            (["idle", "--rate", "5"], "idle opens so many workflows"),
            (["idle", "--agents", "5"], "idle has no agents"),
            (["idle", "--coordinator", "central"], "idle commits nothing but starts"),
            (["parcels"], "contract-review"),
        ] as [([String], String)])
    func refused(_ arguments: [String], _ text: String) {
        do {
            _ = try Bench.parse(arguments)
            Issue.record("it was taken")
        } catch {
            let message = Bench.message(for: error)
            #expect(message.contains(text), "\(message)")
        }
    }

    @Test("The help names every scenario and has an example for each, and says what the central coordinator is")
    func help() {
        let message = Ganglion.helpMessage(for: Bench.self, columns: 120)
        let help = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for scenario in Scenario.allCases { #expect(help.contains(scenario.rawValue), "\(scenario)") }
        for scenario in Scenario.allCases where scenario != .contractReview {
            #expect(help.contains("ganglion bench \(scenario.rawValue)"), "\(scenario)")
        }
        #expect(help.contains("ganglion bench --coordinator both"))
        #expect(help.contains("kinder than a real central orchestrator"))
    }
}
