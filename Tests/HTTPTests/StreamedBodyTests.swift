import HTTP
import HTTPTypes
import HTTPWire
import Sockets
import Testing

@Suite("Bodies are streamed", .timeLimit(.minutes(1)))
struct StreamedBodyTests {
    private struct Failure: Error {}

    static func streaming(_ produce: @escaping @Sendable (ResponseWriter) async throws -> Void) -> Answer {
        Answer { _ in Response(status: .ok, body: .stream(produce)) }
    }

    @Test("Each piece leaves when it is written, and the client reads it before the next is")
    func pieces() async throws {
        let next = Signal()
        let responder = Self.streaming { writer in
            for piece in ["one", "two", "", "three"] {
                try await writer.write(Array(piece.utf8))
                if !piece.isEmpty { await next.wait() }
            }
        }
        try await RunningServer.with(responder) { server in
            let client = HTTPClient(server.address, on: server.loop)
            try await client.withResponse(to: ClientRequest(.get, "/")) { response in
                #expect(response.status == .ok)
                for piece in ["one", "two", "three"] {
                    let read = try await response.next(timeout: .seconds(30))
                    #expect(read == Array(piece.utf8))
                    next.send()
                }
                let end = try await response.next(timeout: .seconds(30))
                #expect(end == nil)
            }
        }
    }

    @Test("The connection goes on after a stream")
    func persistence() async throws {
        let responder = Self.streaming { writer in try await writer.write(Array("abc".utf8)) }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            for _ in 0..<2 {
                try await client.get("/")
                #expect(try await client.answers() == ["200 abc"])
            }
            try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.answers(1, to: .head) == ["200 "])
            try await client.get("/")
            #expect(try await client.answers() == ["200 abc"])
        }
    }

    @Test("HTTP/1.0 gets the body as it is, and then the end")
    func oldVersion() async throws {
        let responder = Self.streaming { writer in
            try await writer.write(Array("abc".utf8))
            try await writer.write(Array("def".utf8))
        }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.readToEnd().hasSuffix("\r\nConnection: close\r\n\r\nabcdef"))
        }
    }

    @Test("A stream that fails is cut off, so that nobody takes it for whole")
    func failing() async throws {
        let sent = Signal()
        let responder = Self.streaming { writer in
            try await writer.write(Array("abc".utf8))
            await sent.wait()
            throw Failure()
        }
        try await RunningServer.with(responder) { server in
            let client = HTTPClient(server.address, on: server.loop)
            await #expect(throws: ClientError.self) {
                try await client.withResponse(to: ClientRequest(.get, "/")) { response in
                    let read = try await response.next(timeout: .seconds(30))
                    #expect(read == Array("abc".utf8))
                    sent.send()
                    _ = try await response.next(timeout: .seconds(30))
                }
            }
        }
    }

    @Test("A producer learns that the client has gone")
    func clientGone() async throws {
        let ended = Signal()
        let responder = Self.streaming { writer in
            defer { ended.send() }
            while true { try await writer.write([UInt8](repeating: 1, count: 100_000)) }
        }
        try await RunningServer.with(responder) { server in
            let client = try await server.connect()
            try await client.get("/")
            _ = try await client.stream.read()
            await client.close()
            await ended.wait()
        }
    }

    @Test("A client that takes nothing does not hold a producer for ever")
    func stalledClient() async throws {
        let ended = Signal()
        let responder = Self.streaming { writer in
            defer { ended.send() }
            while true { try await writer.write([UInt8](repeating: 1, count: 100_000)) }
        }
        let options = ServerRefusalTests.options { $0.writeTimeout = .milliseconds(60) }
        try await RunningServer.with(responder, options: options) { server in
            let client = try await server.connect()
            try await client.get("/")
            await ended.wait()
        }
    }
}
