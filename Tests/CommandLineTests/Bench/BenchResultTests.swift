import ArgumentParser
import Foundation
import Testing

@testable import ganglion

/// What a measurement says.
@Suite("Results of a measurement")
struct BenchResultTests {
    private static func tally(completed: Int, milliseconds: Int = 4, errors: Int = 0) -> Tally {
        var tally = Tally()
        for _ in 0..<completed {
            tally.complete(.milliseconds(milliseconds), steps: 4, dispatches: [.milliseconds(1), .milliseconds(2)])
        }
        for _ in 0..<errors { tally.fail("no answer") }
        return tally
    }

    private static func usage(ticks: Int, pages: Int) -> ProcessUsage? {
        let stat = "1 (x) S 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 3 0 100 1000000 \(pages) 0"
        return ProcessUsage(stat: stat, ticksPerSecond: 100, pageSize: 4096)
    }

    private static func redis(scripts: Int, used: Int) -> RedisUsage? {
        RedisUsage(
            info: """
                used_cpu_sys:0
                used_cpu_user:0
                used_memory:\(used)
                used_memory_rss:0
                cmdstat_evalsha:calls=\(scripts),usec=1
                """)
    }

    private static func result(
        _ arguments: String..., tally: Tally = tally(completed: 10), kind: CoordinatorKind = .distributed,
        load: Load? = nil
    ) throws -> BenchResult {
        let settings = try BenchSettings(try Bench.parse(arguments))
        let cost = Cost(
            Usage(
                client: usage(ticks: 0, pages: 0), service: usage(ticks: 0, pages: 10),
                redis: redis(scripts: 0, used: 0)),
            Usage(
                client: usage(ticks: 4, pages: 0), service: usage(ticks: 2, pages: 20),
                redis: redis(scripts: 90, used: 5000)))
        return BenchResult(
            settings: settings, load: load ?? settings.loads[0], coordinator: kind, elapsed: .seconds(2), tally: tally,
            cost: cost)
    }

    private static func object(_ result: BenchResult) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(result.json.utf8)) as? [String: Any])
    }

    @Test("The JSON has every figure, by names that hold the units")
    func json() throws {
        let object = try Self.object(try Self.result(tally: Self.tally(completed: 10, errors: 1)))
        #expect(object["scenario"] as? String == "contract-review")
        #expect(object["coordinator"] as? String == "distributed")
        #expect(object["concurrency"] as? Int == 200)
        #expect(object["workflows"] as? Int == 10)
        #expect(object["errors"] as? Int == 1)
        let figures: [String: Double] = [
            "seconds": 2, "workflows_per_second": 5, "steps_per_second": 20, "p50_ms": 4, "p99_ms": 4,
            "dispatch_p50_ms": 1, "dispatch_p99_ms": 2, "client_and_agents_cpu_ms_per_workflow": 4,
            "service_cpu_ms_per_workflow": 2, "service_cpu_us_per_step": 500, "redis_scripts_per_workflow": 9,
        ]
        for (name, value) in figures {
            let found = try #require(object[name] as? Double, "\(name)")
            #expect(abs(found - value) < value / 500, "\(name)")
        }
        #expect(object["service_bytes_per_workflow"] == nil, "only idle workflows are weighed")
    }

    @Test("What is idle is weighed, and an open loop says its rate")
    func otherScenarios() throws {
        let idle = try Self.object(try Self.result("idle"))
        #expect(idle["service_bytes_per_workflow"] as? Double == 4096)
        #expect(idle["redis_bytes_per_workflow"] as? Double == 500)
        let open = try Self.object(try Self.result("--rate", "20"))
        #expect(open["loop"] as? String == "open")
        #expect(open["rate_per_second"] as? Double == 20)
        #expect(open["concurrency"] == nil)
    }

    @Test("Of a service that cannot be seen nothing is said, and nothing of it is 0")
    func unseen() throws {
        let settings = try BenchSettings(try Bench.parse(["--url", "http://a:1"]))
        let result = BenchResult(
            settings: settings, load: settings.loads[0], coordinator: .distributed, elapsed: .seconds(1),
            tally: Self.tally(completed: 1), cost: Cost(Usage(), Usage()))
        let object = try Self.object(result)
        #expect(object.keys.allSatisfy { !$0.contains("service_") && !$0.contains("redis_") })
        #expect(object["coordinator"] as? String == "given")
        #expect(result.lines(.standard).contains { $0.contains("cannot be seen") })
    }

    @Test("The tables have who took part, and the reasons of errors")
    func lines() throws {
        let lines = try Self.result(tally: Self.tally(completed: 1234, errors: 2)).lines(.standard)
        #expect(lines[0] == "1,234 workflows completed in 2 s: 617 a second, 2,468 steps a second; 2 errors")
        #expect(lines.contains { $0.hasPrefix("start to end ") })
        #expect(lines.contains { $0.hasPrefix("task ready to taken ") })
        for process in ["client and agents", "service", "Redis", "together"] {
            #expect(lines.contains { $0.hasPrefix("\(process) ") }, "\(process)")
        }
        #expect(lines.contains { $0.hasSuffix("no answer (2 times)") })
    }

    @Test("Nothing completed is no figure that cannot be shown")
    func nothing() throws {
        let result = try Self.result(tally: Self.tally(completed: 0, errors: 1))
        #expect(try Self.object(result)["workflows_per_second"] as? Double == 0)
        #expect(!result.lines(.standard).isEmpty)
    }

    @Test("The coordinators stand side by side, for each number that was under way")
    func comparison() throws {
        let results = try [(50, 100), (200, 300)].flatMap { concurrency, completed in
            try [CoordinatorKind.central, .distributed].map { kind in
                try Self.result(
                    "--coordinator", "both", tally: Self.tally(completed: kind == .central ? 2 : completed), kind: kind,
                    load: .closed(concurrency: concurrency))
            }
        }
        let lines = Comparison(results).table.lines(width: 100)
        #expect(lines[0].split(separator: " ").suffix(2) == ["central", "distributed"])
        let rows = lines.filter { $0.contains("workflows a second") }
        #expect(rows.map { $0.split(separator: " ").suffix(2) } == [["1", "50"], ["1", "150"]])
        #expect(rows[0].hasPrefix("50 at a time"))
    }

    @Test(
        "Numbers are rounded to the digits that count",
        arguments: [
            (0.0, "0"), (0.021_449, "0.0214"), (1, "1"), (1.239, "1.24"), (21.45, "21.5"), (999.6, "1,000"),
            (2140.4, "2,140"), (1_234_567, "1,234,567"), (-3.456, "-3.46"), (.infinity, "?"),
        ])
    func rounding(_ number: Double, _ text: String) { #expect(number.rounded(to: 3) == text) }

    @Test("Whole numbers have commas", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-12_345, "-12,345")])
    func grouping(_ number: Int, _ text: String) { #expect(number.grouped == text) }
}
