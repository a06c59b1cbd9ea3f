import RedisStreams
import Sockets
import TestKit

/// A server that speaks Redis's protocol and answers what a test wants.
struct FakeRedis: Sendable {
    let endpoint: RedisEndpoint
    let loop: EventLoop
    /// All commands that came, in order.
    let commands = EventLog<[String]>()
    /// How many commands each read of the server held.
    let batches = EventLog<Int>()
    let connections = EventLog<Bool>()

    enum Answer: Sendable {
        case text(String)
        case later(Duration, String)
        case silence
    }

    static func info(version: String) -> String {
        bulk("# Server\r\nredis_version:\(version)\r\nredis_mode:standalone\r\n")
    }
    static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    /// What a Redis says to a handshake.
    static func greeting(_ command: [String]) -> Answer? {
        switch command[0] {
        case "INFO": .text(info(version: "7.2.4"))
        case "SCRIPT": .text(bulk("0123456789012345678901234567890123456789"))
        case "AUTH", "SELECT": .text("+OK\r\n")
        default: nil
        }
    }

    fileprivate func serve(_ stream: SocketStream, _ answer: @Sendable ([String]) -> Answer) async {
        connections.record(true)
        var buffer: [UInt8] = []
        while let bytes = try? await stream.read(), !bytes.isEmpty {
            buffer += bytes
            var count = 0
            while let command = Self.takeCommand(from: &buffer) {
                count += 1
                commands.record(command)
                switch answer(command) {
                case .text(let text): try? await stream.write(Array(text.utf8))
                case .later(let delay, let text):
                    await loop.pause(for: delay)
                    try? await stream.write(Array(text.utf8))
                case .silence: break
                }
            }
            batches.record(count)
        }
    }

    /// `*2\r\n$3\r\nGET\r\n$1\r\na\r\n` is `GET a`.
    private static func takeCommand(from buffer: inout [UInt8]) -> [String]? {
        var rest = buffer[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end].dropLast(), as: UTF8.self)
        }
        guard let count = line().flatMap({ Int($0.dropFirst()) }) else { return nil }
        var command: [String] = []
        for _ in 0..<count {
            guard let length = line().flatMap({ Int($0.dropFirst()) }), rest.count >= length + 2 else { return nil }
            command.append(String(decoding: rest.prefix(length), as: UTF8.self))
            rest = rest.dropFirst(length + 2)
        }
        buffer = Array(rest)
        return command
    }
}

/// Runs the body with a server that greets as a Redis does, where `answer` does not say otherwise.
@discardableResult
func withFakeRedis<Result: Sendable>(
    _ answer: @escaping @Sendable ([String]) -> FakeRedis.Answer? = { _ in nil },
    body: (FakeRedis) async throws -> Result
) async throws -> Result {
    let loop = try EventLoop(name: "fake-redis")
    return try await withTemporaryFolder { folder in
        let fake = FakeRedis(endpoint: RedisEndpoint(.unix(path: folder.file("s"))), loop: loop)
        return try await withServer(on: loop, at: fake.endpoint.address) { stream in
            await fake.serve(stream) { answer($0) ?? FakeRedis.greeting($0) ?? .text("+OK\r\n") }
        } body: { _ in
            try await body(fake)
        }
    }
}
