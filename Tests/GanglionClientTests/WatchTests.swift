import GanglionClient
import HTTP
import HTTPTypes
import Sockets
import Synchronization
import TestKit
import Testing

@Suite("Watching with the client", .timeLimit(.minutes(1)))
struct WatchTests {
    private static let event = """
        event: step_queued
        id: 1-0.0
        data: {"id": "1-0.0", "type": "step_queued", "at": "2026-11-23T17:00:00.000Z"}


        """

    /// Each answer to a request for the stream, in turn.
    private func service(_ answers: [Response], asked: EventLog<String>) -> Router {
        var router = Router.fake()
        router.on(.get, "/v1/workflows/{id}/events") { request in
            let name = HTTPField.Name("Last-Event-ID")
            let number = asked.count
            asked.record(name.flatMap { request.headerFields[$0] } ?? "")
            return answers[min(number, answers.count - 1)]
        }
        return router
    }

    private func stream(_ text: String) -> Response {
        Response(
            status: .ok, headerFields: [.contentType: "text/event-stream"],
            body: .stream { try await $0.write(Array(text.utf8)) })
    }

    @Test("However often a stream without events is cut, it is opened again, with the last event that was heard")
    func quiet() async throws {
        let asked = EventLog<String>()
        let cut = stream(":\n\n")
        let answers = [stream(Self.event), cut, cut, cut, cut, cut, Response(status: .noContent)]
        let heard = EventLog<String>()
        try await withService(service(answers, asked: asked)) { address, loop in
            var options = GanglionClient.Options()
            // More than the longest of the pauses, and less than all of them together.
            options.retryFor = .milliseconds(1650)
            let client = GanglionClient(address, on: loop, options: options)
            try await client.watch("wf_0_a") { heard.record($0.id) }
        }
        #expect(heard.events == ["1-0.0"])
        #expect(asked.events == [""] + Array(repeating: "1-0.0", count: 6))
    }

    @Test("What the service refuses, and what the handler throws, ends the watching")
    func refused() async throws {
        struct Enough: Error {}
        try await withService(service([.problem(404, "unknown-workflow")], asked: EventLog())) { address, loop in
            let client = GanglionClient(address, on: loop)
            await #expect(throws: GanglionError.self) { try await client.watch("wf_0_a") { _ in } }
        }
        try await withService(service([stream(Self.event)], asked: EventLog())) { address, loop in
            let client = GanglionClient(address, on: loop)
            await #expect(throws: Enough.self) { try await client.watch("wf_0_a") { _ in throw Enough() } }
        }
    }
}
