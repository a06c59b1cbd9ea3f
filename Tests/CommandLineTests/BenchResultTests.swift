import Foundation
import Testing

@testable import ganglion

/// What a measurement says.
@Suite("Results of a measurement")
struct BenchResultTests {
    private static func result(milliseconds: [Int], errors: Int = 0) -> BenchResult {
        BenchResult(
            concurrency: 2, agents: 4, elapsed: .seconds(2), latencies: milliseconds.map { .milliseconds($0) },
            errors: errors)
    }

    @Test(
        "A percentile is the smallest latency that so many in a hundred do not exceed",
        arguments: [(0.0, 1.0), (1, 1), (50, 50), (50.5, 51), (99, 99), (99.9, 100), (100, 100)])
    func percentiles(_ percent: Double, _ expected: Double) {
        #expect(Self.result(milliseconds: Array(1...100).reversed()).percentile(percent) == expected)
    }

    @Test("Only what was completed counts")
    func throughput() {
        #expect(Self.result(milliseconds: [1, 2, 3], errors: 5).workflowsPerSecond == 1.5)
        #expect(Self.result(milliseconds: []).percentile(99) == 0)
    }

    @Test("The JSON has what the table has, by the names that are documented")
    func json() throws {
        let text = Self.result(milliseconds: [4, 8], errors: 1).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["workflows_per_second"] as? Double == 1)
        #expect(object["p50_ms"] as? Double == 4)
        #expect(object["p99_ms"] as? Double == 8)
        #expect(object["errors"] as? Int == 1)
    }
}
