import HTTP
import JSON
import OrderedCollections
import TestKit
import Testing

@Suite("Overview", .service, .timeLimit(.minutes(1)))
struct OverviewTests {
    @Test("It has what runs, what ended and how long that took, and who is there")
    func figures() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 3)
        let before = try await service.get("/v1/overview")
        let (first, second) = (try await service.start(type), try await service.start(type))
        let tasks = try await service.take(agent, max: 2)
        for task in tasks where task["workflow_id"] == .string(first) { try await service.complete(task, by: agent, 1) }
        _ = try await service.get("/v1/workflows/\(first)?wait=10s")
        // A node tells with its next heartbeat what ended there.
        try await eventually {
            let now = try await service.get("/v1/overview")
            let counts = now["durations"]["counts"].elements.compactMap(\.integer)
            return now["finished"]["completed"].integer == (before["finished"]["completed"].integer ?? 0) + 1
                && counts.reduce(0, +) == now["finished"]["completed"].integer
                && counts.count == now["durations"]["bounds_ms"].elements.count + 1
        }
        let after = try await service.get("/v1/overview")
        #expect(after["workflows"]["running"] == 1)
        #expect(after["agents"]["slots"] == 3)
        #expect(after["nodes"]["alive"] == 1)
        try await service.cancel(second)
    }
}
