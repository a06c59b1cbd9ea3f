import Glibc
import HTTP
import HTTPTypes
import Sockets
import Testing

@Suite("Thousands of connections", .timeLimit(.minutes(1)))
struct ManyConnectionsTests {
    static let count = 2000

    @Test("2,000 connections that all wait for an answer need no thread each, and all are answered")
    func waiting() async throws {
        let gate = Gate(awaiting: Self.count)
        let responder = Answer { request in
            await gate.pass()
            return Response(status: .ok, body: Array(request.path.utf8))
        }
        try await RunningServer.with(responder, loops: 2) { server in
            var clients: [WireClient] = []
            for number in 0..<Self.count {
                let client = try await server.connect()
                try await client.get("/\(number)")
                clients.append(client)
            }
            await gate.everyoneWaits()
            #expect(try Self.threads() < Self.count / 4)
            await gate.open()
            for (number, client) in clients.enumerated() {
                #expect(try await client.answers() == ["200 /\(number)"])
            }
        }
    }

    /// The threads of this process (proc(5)).
    static func threads() throws -> Int {
        guard let file = unsafe fopen("/proc/self/status", "r") else { throw SystemError("fopen") }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if text.hasPrefix("Threads:") {
                return try #require(Int(text.dropFirst(8).filter(\.isNumber)))
            }
        }
        throw SystemError("/proc/self/status", code: ENOENT)
    }
}

/// Holds everyone back until it is opened, and knows when all have come.
private actor Gate {
    private let expected: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var complete: CheckedContinuation<Void, Never>?

    init(awaiting expected: Int) {
        self.expected = expected
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if waiting.count == expected { complete?.resume() }
        }
    }

    func everyoneWaits() async {
        guard waiting.count < expected else { return }
        await withCheckedContinuation { complete = $0 }
    }

    func open() {
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
