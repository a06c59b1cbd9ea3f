import HTTP
import HTTPTypes
import HTTPWire
import Sockets
import Testing

@Suite("The server refuses", .timeLimit(.minutes(1)))
struct ServerRefusalTests {
    static func options(_ change: (inout ServerOptions) -> Void) -> ServerOptions {
        var options = ServerOptions()
        change(&options)
        return options
    }

    @Test("What is not HTTP: it says why, with the target as far as it was understood, and closes")
    func malformed() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost : a\r\n\r\n")
            #expect(
                try await client.answers(2) == ["200 GET /a ", "400 close \(MessageError.spaceBeforeColon) /b"])
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("A body that is too large, before it comes and without asking for it")
    func announcedTooLarge() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send(
                "PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n")
            let text = try await client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
            #expect(text.hasSuffix("\(MessageError.bodyTooLarge(limit: 1_048_576)) /a"))
        }
    }

    @Test("A client that goes on sending a body that is too large still reads the answer")
    func lingering() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
            for _ in 0..<8 { try await client.send(String(repeating: "x", count: 100_000)) }
            try await client.stream.drain()
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("A body is asked for when the client waits to be asked")
    func asksToContinue() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send("PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try await client.stream.read() == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            try await client.send("ok")
            #expect(try await client.answers() == ["200 PUT /a ok"])
        }
    }

    @Test("A head that does not end in time: 408", arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n"])
    func slowHead(_ start: String) async throws {
        let options = Self.options { $0.headTimeout = .milliseconds(60) }
        try await RunningServer.with(Answer.echo, options: options) { server in
            let client = try await server.connect()
            try await client.send(start)
            #expect(try await client.answers().first?.hasPrefix("408 close The request's head") == true)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("A head gets no more time for each of its bytes")
    func drippingHead() async throws {
        let options = Self.options { $0.headTimeout = .milliseconds(60) }
        try await RunningServer.with(Answer.echo, options: options) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nX: ")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [stream = client.stream] in
                    while !Task.isCancelled, (try? await stream.write([0x78])) != nil {
                        await server.loop.pause(for: .milliseconds(5))
                    }
                }
                let answer = try? await client.answers().first
                #expect(answer?.hasPrefix("408 ") == true)
                group.cancelAll()
            }
        }
    }

    @Test("A body that stops coming: 408")
    func slowBody() async throws {
        let options = Self.options { $0.bodyTimeout = .milliseconds(60) }
        try await RunningServer.with(Answer.echo, options: options) { server in
            let client = try await server.connect()
            try await client.send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome")
            #expect(try await client.answers() == ["408 close The request's body did not come in time. /a"])
        }
    }

    @Test("Idle connections are closed without a word, those that wait for an answer are not")
    func idle() async throws {
        let release = Signal()
        let responder = Answer { request in
            if request.path == "/wait" { await release.wait() }
            return Response(status: .ok, body: Array(request.path.utf8))
        }
        let options = Self.options { $0.idleTimeout = .milliseconds(500) }
        try await RunningServer.with(responder, options: options) { server in
            let waiting = try await server.connect()
            try await waiting.get("/wait")
            let silent = try await server.connect()
            #expect(try await silent.readToEnd().isEmpty)
            let kept = try await server.connect()
            try await kept.get("/kept")
            #expect(try await kept.answers() == ["200 /kept"])
            #expect(try await kept.readToEnd().isEmpty)
            release.send()
            #expect(try await waiting.answers() == ["200 /wait"])
        }
    }

    @Test("More connections than allowed: 503")
    func tooMany() async throws {
        let options = Self.options { $0.maximumConnections = 2 }
        try await RunningServer.with(Answer.echo, options: options, loops: 2) { server in
            var clients: [WireClient] = []
            for _ in 0..<2 {
                let client = try await server.connect()
                try await client.get("/")
                #expect(try await client.answers() == ["200 GET / "])
                clients.append(client)
            }
            let third = try await server.connect()
            #expect(
                try await third.readToEnd().hasSuffix(
                    "\r\nConnection: close\r\n\r\nThere are too many connections; try again later. -"))
            for client in clients {
                try await client.get("/")
                #expect(try await client.answers() == ["200 GET / "])
            }
        }
    }
}
