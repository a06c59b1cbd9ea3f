import HTTP
import HTTPTypes
import Sockets
import Testing

@Suite("The server notices that a client has gone", .timeLimit(.minutes(1)))
struct DisconnectTests {
    /// Waits until it is cancelled, and tells of both.
    struct Waiting: Responder {
        let began = Signal()
        let cancelled = Signal()

        func respond(to request: Request) async -> Response {
            began.send()
            await request.loop.pause(for: .seconds(3600))
            let wasCancelled = Task.isCancelled
            cancelled.send()
            return Response(status: .ok, body: Array("cancelled: \(wasCancelled)".utf8))
        }
    }

    @Test("A responder's task is cancelled when the client closes the connection")
    func closed() async throws {
        let waiting = Waiting()
        try await RunningServer.with(waiting) { server in
            let client = try await server.connect()
            try await client.get("/")
            await waiting.began.wait()
            await client.close()
            await waiting.cancelled.wait()
        }
    }

    @Test("One that has only closed its own side still gets the answer")
    func halfClosed() async throws {
        let waiting = Waiting()
        try await RunningServer.with(waiting) { server in
            let client = try await server.connect()
            try await client.get("/")
            await waiting.began.wait()
            try await client.stream.shutdownWrite()
            await waiting.cancelled.wait()
            #expect(try await client.answers() == ["200 cancelled: true"])
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("It gets an answer of megabytes whole, though a cancelled task waits for nothing")
    func halfClosedLargeAnswer() async throws {
        let body = [UInt8](repeating: 0x61, count: 5_000_000)
        let (began, cancelled) = (Signal(), Signal())
        let responder = Answer { request in
            began.send()
            await request.loop.pause(for: .seconds(3600))
            cancelled.send()
            return Response(status: .ok, body: body)
        }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            try await client.get("/")
            await began.wait()
            try await client.stream.shutdownWrite()
            await cancelled.wait()
            let answer = try await client.answers()
            #expect(answer[0].utf8.count == "200 ".utf8.count + body.count)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("All that was asked before the client closed its side is answered")
    func pipelineThenEnd() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            for number in 0..<20 { try await client.get("/\(number)") }
            try await client.stream.shutdownWrite()
            #expect(try await client.answers(20) == (0..<20).map { "200 GET /\($0) " })
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("More requests that come while one is answered do not cancel it")
    func pipelineMeanwhile() async throws {
        let (began, release) = (Signal(), Signal())
        let responder = Answer { request in
            began.send()
            await release.wait()
            return Response(status: .ok, body: Array("\(request.path) \(Task.isCancelled)".utf8))
        }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            try await client.get("/1")
            await began.wait()
            try await client.get("/2")
            try await client.stream.drain()
            release.send()
            await began.wait()
            release.send()
            #expect(try await client.answers(2) == ["200 /1 false", "200 /2 false"])
        }
    }
}
