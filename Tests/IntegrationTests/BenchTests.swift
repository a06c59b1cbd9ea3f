import Foundation
import GanglionClient
import TestKit
import Testing

/// Each scenario for real, and small: a service as a child of the program, its Redis, agents, and figures.
@Suite("ganglion bench", .serialized, .timeLimit(.minutes(1)))
struct BenchTests {
    @Test(
        "Every scenario completes what it starts, and says what it cost",
        arguments: [
            ["contract-review", "--workflows", "40", "--concurrency", "8"],
            ["contract-review", "--rate", "100", "--duration", "500ms"],
            ["chain", "--steps", "3", "--workflows", "20", "--concurrency", "5"],
            ["fan-out", "--steps", "300", "--workflows", "2", "--concurrency", "1"],
            ["shipments", "--workflows", "200", "--concurrency", "50", "--coordinator", "central"],
        ])
    func scenarios(_ arguments: [String]) async throws {
        let result = try #require(try await measure(arguments).first)
        #expect(result["scenario"] as? String == arguments[0])
        #expect(result["errors"] as? Int == 0)
        #expect(try #require(result["workflows"] as? Int) > 0)
        let names = [
            "workflows_per_second", "p50_ms", "p99_ms", "service_cpu_ms_per_workflow", "redis_cpu_ms_per_workflow",
            "client_and_agents_cpu_ms_per_workflow", "redis_scripts_per_workflow", "redis_commands_per_workflow",
        ]
        for name in names { #expect(result[name] is Double, "\(name)") }
        // At least its start and its steps' ends are stored by scripts.
        #expect(try #require(result["redis_scripts_per_workflow"] as? Double) >= 2)
    }

    @Test("What open workflows weigh is told for the service and for Redis")
    func idle() async throws {
        let result = try #require(try await measure(["idle", "--workflows", "300"]).first)
        #expect(result["workflows"] as? Int == 300)
        #expect(try #require(result["redis_bytes_per_workflow"] as? Double) > 1000)
        #expect(result["service_resident_bytes_after"] is Double)
    }

    @Test("Both coordinators are compared, and the table is for people")
    func both() async throws {
        let lines = try await run(
            ["--coordinator", "both", "--workflows", "30", "--concurrency", "10"], expecting: 0)
        #expect(lines.contains { $0.contains("central") && $0.hasSuffix("distributed") })
        #expect(lines.contains { $0.contains("workflows a second") })
    }

    @Test("A service that runs already is measured, with its Redis, and nothing is left open there")
    func given() async throws {
        try await withTemporaryFolder { folder in
            try await withService(["--data", folder.path]) { service in
                let redis = "unix://\(folder.path)/redis.sock"
                let given = ["--url", service.url, "--url", service.url, "--redis", redis]
                let result = try #require(try await measure(["--workflows", "20", "--concurrency", "4"] + given).first)
                #expect(result["errors"] as? Int == 0)
                #expect(result["redis_scripts_per_workflow"] is Double)
                #expect(result["service_cpu_ms_per_workflow"] == nil)
                _ = try await measure(["idle", "--workflows", "20"] + given)
                let client = try GanglionClient(service.url)
                #expect(try await client.workflows(status: .running).items.isEmpty)
            }
        }
    }

    @Test("Where no service is, it says so")
    func nobody() async throws {
        let lines = try await run(["--url", "http://127.0.0.1:1", "--workflows", "1"], expecting: 1)
        #expect(lines.contains { $0.hasPrefix("Error: http://127.0.0.1:1: The service was not reached") })
    }

    private func measure(_ arguments: [String]) async throws -> [[String: Any]] {
        try await run(arguments + ["--json"], expecting: 0).compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
    }

    private func run(_ arguments: [String], expecting status: Int32) async throws -> [String] {
        let (process, output) = try ProcessOutput.run(GanglionBinary.path, ["bench"] + arguments)
        #expect(await process.waitForEnd() == status)
        try await output.end.wait()
        return output.lines.events
    }
}
