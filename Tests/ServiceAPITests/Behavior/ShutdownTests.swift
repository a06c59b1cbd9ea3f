import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// A planned stop: whoever waits is answered, and nothing is lost.
@Suite("Shutting down", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("Whoever waits for news or tasks is answered at once with how things stand")
    func waiting() async throws {
        try await withService { service in
            let agent = try await service.register("t")
            let running = try await service.start("u")
            let plan: JSONValue = [
                "name": "a", "labels": ["started": "here"], "steps": [["id": "a", "task_type": "u"]],
            ]
            async let news = service.get("/v1/workflows/\(running)?wait=60s&revision=1")
            async let end = service.get("/v1/workflows/\(running)?wait=60s")
            async let started = service.post("/v1/workflows?wait=60s", plan)
            try await eventually {
                try await service.get("/v1/workflows?label=started:here")["workflows"].elements.count == 1
            }
            let (taken, _) = try await service.whileTaking(agent, wait: "60s") { await service.beginShutdown() }
            // Later than after the server's five seconds of grace there would be no answer at all.
            #expect(taken.status == 200)
            #expect(taken["tasks"] == [] && taken["cancel"] == [] && taken["drain"] == false)
            for answer in [try await news, try await end] {
                #expect(answer.status == 200)
                #expect(answer["status"] == "running")
            }
            let view = try await started
            #expect(view.status == 201)
            #expect(view["status"] == "running")
            try await service.waitUntilStopped()
            await #expect(throws: ClientError.self) { try await service.get("/healthz") }
        }
    }
}
