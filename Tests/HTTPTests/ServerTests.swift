import Glibc
import HTTP
import HTTPTypes
import HTTPWire
import Sockets
import Testing

@Suite("The server answers", .timeLimit(.minutes(1)))
struct ServerTests {
    @Test("Requests of one connection in order, and those that came together in one write")
    func pipelining() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            let requests = (1...3).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n\($0)" }
            try await client.send(requests.joined())
            let together = String(decoding: try await client.stream.read(), as: UTF8.self)
            let answers = together.split(separator: "HTTP/1.1 200 OK\r\n")
            #expect(answers.count == 3)
            for (number, answer) in zip(1..., answers) {
                #expect(answer.hasPrefix("Date: "))
                #expect(answer.hasSuffix(" GMT\r\nContent-Length: 9\r\n\r\nPOST /\(number) \(number)"))
            }
        }
    }

    @Test("A pipeline larger than what is read ahead is answered whole, though each answer waits")
    func longPipeline() async throws {
        let waiting = Answer { request in
            await Task.yield()
            return Response(status: .ok, body: Array(request.target.utf8))
        }
        try await RunningServer.with(waiting) { server in
            let client = try await server.connect()
            let padding = String(repeating: "x", count: 4000)
            let requests = (0..<200).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\nPadding: \(padding)\r\n\r\n" }
            let stream = client.stream
            async let sent: Void = stream.write(Array(requests.joined().utf8))
            let answers = try await client.answers(200)
            try await sent
            #expect(answers == (0..<200).map { "200 /\($0)" })
        }
    }

    @Test("An address at which another server listens is refused, and free again after that", arguments: [1, 2])
    func addressInUse(loops: Int) async throws {
        var used: SocketAddress?
        try await RunningServer.with(Answer.echo, loops: loops) { server in
            used = server.address
            let error = await #expect(throws: SystemError.self) {
                try await RunningServer.with(Answer.echo, loops: loops, at: server.address) { _ in }
            }
            #expect(error?.code == EADDRINUSE)
        }
        try await RunningServer.with(Answer.echo, loops: loops, at: try #require(used)) { _ in }
    }

    @Test("HEAD like GET, without the body")
    func head() async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.answers(1, to: .head) == ["200 "])
            #expect(try await client.answers() == ["200 GET /b "])
        }
    }

    @Test(
        "The connection ends where client, version or responder want it to",
        arguments: [
            ("HTTP/1.1\r\nHost: a\r\nConnection: close", "200 close GET / "),
            ("HTTP/1.0", "200 close GET / "),
            ("HTTP/1.0\r\nConnection: keep-alive", "200 keep-alive GET / "),
        ])
    func closing(_ request: String, _ answer: String) async throws {
        try await RunningServer.with(Answer.echo) { server in
            let client = try await server.connect()
            try await client.send("GET / \(request)\r\n\r\n")
            #expect(try await client.answers() == [answer])
            guard answer.contains("close") else { return }
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test("A responder may end the connection, and cannot spoil the framing")
    func ownFields() async throws {
        let responder = Answer { _ in
            let fields: HTTPFields = [.connection: "Close", .contentLength: "99", .transferEncoding: "chunked"]
            return Response(status: .ok, headerFields: fields, body: Array("abc".utf8))
        }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            try await client.get("/")
            let text = try await client.readToEnd()
            #expect(text.hasSuffix("\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"))
            #expect(!text.contains("chunked"))
        }
    }

    @Test("204 has neither body nor length")
    func bodiless() async throws {
        try await RunningServer.with(Answer { _ in Response(status: .noContent, body: Array("no".utf8)) }) { server in
            let client = try await server.connect()
            try await client.get("/", "Connection: close\r\n")
            let text = try await client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(text.hasSuffix("\r\nConnection: close\r\n\r\n"))
            #expect(!text.contains("Content-Length"))
        }
    }

    @Test("An answer of many megabytes arrives whole, however slowly it is read")
    func largeAnswer() async throws {
        let body = (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await RunningServer.with(Answer { _ in Response(status: .ok, body: body) }) { server in
            let client = HTTPClient(server.address, on: server.loop)
            async let first = client.send(ClientRequest(.get, "/"))
            async let second = client.send(ClientRequest(.get, "/"))
            let bodies = [try await first.body, try await second.body]
            #expect(bodies == [body, body])
        }
    }

    @Test("Responders run on the connection's loop, also after they have waited")
    func isolation() async throws {
        let responder = Answer { request in
            let before = request.loop.isCurrent
            await request.loop.pause(for: .milliseconds(1))
            return Response(status: .ok, body: Array("\(before) \(request.loop.isCurrent)".utf8))
        }
        try await RunningServer.with(responder, loops: 2) { server in
            for _ in 0..<8 {
                let client = try await server.connect()
                try await client.get("/")
                #expect(try await client.answers() == ["200 true true"])
            }
        }
    }

    @Test("A name is listened on at each of its addresses, and each loop accepts at the port that was chosen")
    func hostName() async throws {
        try await RunningServer.with(Answer.echo, loops: 2, at: .internet(host: "localhost", port: 0)) { server in
            guard case .internet(let host, let port) = server.address else {
                Issue.record("\(server.address)")
                return
            }
            #expect(["127.0.0.1", "::1"].contains(host))
            #expect(port != 0)
            let response = try await HTTPClient(server.address, on: server.loop).send(ClientRequest(.get, "/"))
            #expect(response.status == .ok)
        }
    }

    @Test("A unix socket is listened on, and a file left by a server that was killed is no hindrance")
    func unixSocket() async throws {
        let path = "/tmp/ganglion-http-\(UInt64.random(in: 0...(.max))).sock"
        let loop = try EventLoop(name: "stale")
        // A listener that is gone without having removed its file.
        try Listener(.unix(path: path), on: loop) { _ in }.close()
        try await RunningServer.with(Answer.echo, loops: 2, at: .unix(path: path)) { server in
            let client = HTTPClient(server.address, on: server.loop)
            let response = try await client.send(ClientRequest(.get, "/a?b"))
            #expect(response.body == Array("GET /a?b ".utf8))
        }
        let client = HTTPClient(.unix(path: path), on: loop)
        await #expect(throws: ClientError.self) { try await client.send(ClientRequest(.get, "/")) }
    }
}
