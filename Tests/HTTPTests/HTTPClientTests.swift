import HTTP
import HTTPTypes
import HTTPWire
import Sockets
import Testing

@Suite("The client", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    static let get = ClientRequest(.get, "/a")
    static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Answers so many requests without bodies.
    static func answering(_ count: Int, then end: @escaping ScriptedServer.Act = { _ in }) -> ScriptedServer.Act {
        { connection in
            for _ in 0..<count {
                try await connection.readHead()
                try await connection.send(answer)
            }
            try await end(connection)
        }
    }

    @Test("A request arrives as it was given, and one connection serves many")
    func reuse() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = HTTPClient(server.address, on: server.loop)
            for number in 0..<3 {
                let request = ClientRequest(.post, "/\(number)?q", body: Array("body".utf8))
                let response = try await client.send(request)
                #expect(response.status == .ok)
                #expect(String(decoding: response.body, as: UTF8.self) == "POST /\(number)?q body")
            }
        }
        try await ScriptedServer.with([Self.answering(3, then: { _ = try await $0.readToEnd() })]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            for _ in 0..<3 {
                let response = try await client.send(Self.get)
                #expect(response.body == Array("ok".utf8))
            }
            #expect(server.count == 1)
            await client.close()
        }
    }

    @Test("Nobody listens: the request was never sent")
    func notSent() async throws {
        let loop = try EventLoop(name: "client")
        let listener = try Listener(.internet(host: "127.0.0.1", port: 0), on: loop) { _ in }
        let address = listener.address
        listener.close()
        let error = await #expect(throws: ClientError.self) { try await HTTPClient(address, on: loop).send(Self.get) }
        guard case .notSent = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("The server closes without an answer: the outcome is unknown, and nothing is sent again")
    func noAnswer() async throws {
        try await ScriptedServer.with([{ try await $0.readHead() }, Self.answering(1)]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            let error = await #expect(throws: ClientError.self) { try await client.send(Self.get) }
            guard case .noAnswer = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.count == 1)
        }
    }

    @Test("An answer that is cut off is none")
    func cutOff() async throws {
        let act: ScriptedServer.Act = { connection in
            try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            try await connection.stream.drain()
        }
        try await ScriptedServer.with([act]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            let error = await #expect(throws: ClientError.self) { try await client.send(Self.get) }
            guard case .noAnswer = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("A kept connection that was closed just now: what may be sent twice is, once, on a new one")
    func repeated() async throws {
        let closing = Self.answering(1, then: { try await $0.readHead() })
        try await ScriptedServer.with([closing, Self.answering(1)]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            for _ in 0..<2 {
                let response = try await client.send(Self.get)
                #expect(response.body == Array("ok".utf8))
            }
            #expect(server.count == 2)
        }
        try await ScriptedServer.with([closing, { try await $0.readHead() }, Self.answering(1)]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            _ = try await client.send(Self.get)
            await #expect(throws: ClientError.self) { try await client.send(Self.get) }
            #expect(server.count == 2, "a new connection that fails as well is believed")
        }
    }

    @Test("What may not be sent twice is not")
    func notRepeated() async throws {
        let closing = Self.answering(1, then: { try await $0.readHead() })
        try await ScriptedServer.with([closing, Self.answering(1)]) { server, loop in
            let client = HTTPClient(server.address, on: loop)
            _ = try await client.send(Self.get)
            await #expect(throws: ClientError.noAnswer("the server closed the connection")) {
                try await client.send(ClientRequest(.post, "/"))
            }
            #expect(server.count == 1)
            #expect(try await client.send(ClientRequest(.get, "/")).status == .ok, "the next one is sent anew")
        }
    }

    @Test("A kept connection that has ended is not used")
    func staleConnection() async throws {
        var unnoticed = 0
        for _ in 0..<5 {
            let closed = Signal()
            let act = Self.answering(1) { connection in
                try await connection.stream.shutdownWrite()
                closed.send()
                _ = try await connection.readToEnd()
            }
            try await ScriptedServer.with([act, Self.answering(1)]) { server, loop in
                let client = HTTPClient(server.address, on: loop)
                _ = try await client.send(Self.get)
                await closed.wait()
                do throws(ClientError) {
                    #expect(try await client.send(ClientRequest(.post, "/")).status == .ok)
                    #expect(server.count == 2)
                } catch {
                    // On a busy machine the end may still be on its way through the kernel.
                    unnoticed += 1
                }
            }
        }
        #expect(unnoticed < 5)
    }

    @Test("No answer in time")
    func timeout() async throws {
        let act: ScriptedServer.Act = { connection in
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            _ = try await connection.readToEnd()
        }
        try await ScriptedServer.with([act]) { server, loop in
            let error = await #expect(throws: ClientError.self) {
                try await HTTPClient(server.address, on: loop).send(Self.get, timeout: .seconds(1))
            }
            guard case .timedOut = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "What is not HTTP, or too large, is malformed",
        arguments: ["SSH-2.0\r\n", "HTTP/1.1 200\r\nA : b\r\n\r\n", answer])
    func malformed(_ text: String) async throws {
        // What is closed with something unread is reset, and the answer with it: the request is read first.
        let act: ScriptedServer.Act = { connection in
            try await connection.readHead()
            try await connection.send(text)
        }
        try await ScriptedServer.with([act]) { server, loop in
            var options = HTTPClient.Options()
            options.limits.body = 1
            let client = HTTPClient(server.address, on: loop, options: options)
            let error = await #expect(throws: ClientError.self) { try await client.send(Self.get) }
            guard case .malformedAnswer = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("A target that would break its line is not sent")
    func invalid() async throws {
        let client = HTTPClient(.unix(path: "/nowhere"), on: try EventLoop(name: "client"))
        let error = await #expect(throws: ClientError.self) { try await client.send(ClientRequest(.get, "/ HTTP/1.1")) }
        guard case .invalidRequest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Requests beyond the pool wait for their turn, as long as they may")
    func pool() async throws {
        let (began, release) = (Signal(), Signal())
        let responder = Answer { request in
            if request.path == "/hold" {
                began.send()
                await release.wait()
            }
            return Response(status: .ok, body: Array(request.path.utf8))
        }
        try await RunningServer.with(responder) { server in
            var options = HTTPClient.Options()
            options.maximumConnections = 1
            let client = HTTPClient(server.address, on: server.loop, options: options)
            async let held = client.send(ClientRequest(.get, "/hold"))
            await began.wait()
            await #expect(throws: ClientError.notSent("no connection became free in time")) {
                try await client.send(Self.get, timeout: .milliseconds(20))
            }
            async let waiting = client.send(ClientRequest(.get, "/waiting"))
            release.send()
            let bodies = [try await held.body, try await waiting.body]
            #expect(bodies == ["/hold", "/waiting"].map { Array($0.utf8) })
        }
    }

    @Test("A cancelled request ends at once, and its connection with it")
    func cancellation() async throws {
        let waiting = DisconnectTests.Waiting()
        try await RunningServer.with(waiting) { server in
            let client = HTTPClient(server.address, on: server.loop)
            let sending = Task { try await client.send(Self.get) }
            await waiting.began.wait()
            sending.cancel()
            await #expect(throws: ClientError.cancelled) { try await sending.value }
            await waiting.cancelled.wait()
        }
    }
}

extension WireClient {
    /// Reads up to the end of a head.
    func readHead() async throws {
        var text = ""
        while !text.hasSuffix("\r\n\r\n") {
            let bytes = try await stream.read()
            if bytes.isEmpty { throw SystemError("the client closed", code: 0) }
            text += String(decoding: bytes, as: UTF8.self)
        }
    }
}
