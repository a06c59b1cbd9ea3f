import HTTP
import HTTPTypes
import Sockets
import Testing

@Suite("The server shuts down", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("Idle connections end, requests in progress are answered, new connections are refused")
    func graceful() async throws {
        let (began, release) = (Signal(), Signal())
        let responder = Answer { request in
            if request.path == "/wait" {
                began.send()
                await release.wait()
            }
            return Response(status: .ok, body: Array(request.path.utf8))
        }
        try await RunningServer.with(responder, loops: 2) { server in
            let idle = try await server.connect()
            try await idle.get("/idle")
            #expect(try await idle.answers() == ["200 /idle"])
            let busy = try await server.connect()
            try await busy.get("/wait")
            await began.wait()
            let halfway = try await server.connect()
            try await halfway.get("/")
            #expect(try await halfway.answers() == ["200 /"])
            try await halfway.send("PUT /body HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
            #expect(try await halfway.stream.read() == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))

            await server.beginShutdown()
            #expect(try await idle.readToEnd().isEmpty)
            await #expect(throws: (any Error).self) { try await server.connect() }
            try await halfway.send("x")
            #expect(try await halfway.answers() == ["200 close /body"])
            release.send()
            #expect(try await busy.answers() == ["200 close /wait"])
            #expect(try await busy.readToEnd().isEmpty)
        }
    }

    @Test("Requests that outlast the grace period are cancelled")
    func graceEnds() async throws {
        let waiting = DisconnectTests.Waiting()
        let options = ServerRefusalTests.options { $0.gracePeriod = .milliseconds(50) }
        try await RunningServer.with(waiting, options: options) { server in
            let client = try await server.connect()
            try await client.get("/")
            await waiting.began.wait()
            await server.beginShutdown()
            await waiting.cancelled.wait()
        }
    }
}
