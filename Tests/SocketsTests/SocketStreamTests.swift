import Glibc
import Sockets
import TestKit
import Testing

@Suite("Streams", .timeLimit(.minutes(1)))
struct SocketStreamTests {
    private static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }

    @Test("Megabytes go both ways at once, through buffers that fill up", arguments: ["tcp", "unix"])
    func largeBothWays(_ kind: String) async throws {
        let loop = try EventLoop(name: "large")
        try await withTemporaryFolder { folder in
            let address =
                kind == "tcp" ? .internet(host: "127.0.0.1", port: 0) : SocketAddress.unix(path: folder.file("s"))
            let echo: @Sendable (SocketStream) async -> Void = { stream in
                while let bytes = try? await stream.read(), !bytes.isEmpty { try? await stream.write(bytes) }
                try? await stream.shutdownWrite()
            }
            try await withServer(on: loop, at: address, echo) { address in
                let stream = try await SocketStream.connect(to: address, on: loop)
                async let received = stream.readToEnd()
                for start in stride(from: 0, to: Self.large.count, by: 100_000) {
                    try await stream.write(Array(Self.large[start..<start + 100_000]))
                }
                try await stream.shutdownWrite()
                #expect(try await received == Self.large)
            }
        }
    }

    @Test("What was written at once arrives whole, however much it is")
    func enqueued() async throws {
        try await withPair { near, far in
            try await near.enqueue(Self.large)
            try await near.enqueue([1, 2, 3])
            async let ended: Void = near.shutdownWrite()
            #expect(try await far.readToEnd() == Self.large + [1, 2, 3])
            try await ended
        }
    }

    @Test("A writer waits while the peer does not read, and goes on when it does")
    func backPressure() async throws {
        try await withPair { near, far in
            let written = EventLog<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<200 {
                        try await near.write([UInt8](repeating: 7, count: 65_536))
                        written.record(number)
                    }
                    try await near.shutdownWrite()
                }
                // The kernel's buffers and ours hold some of it, but not the 13 MB.
                var last = -1
                try await eventually {
                    defer { last = written.count }
                    return last > 0 && last == written.count
                }
                #expect(written.count < 200)
                #expect(try await far.readToEnd().count == 200 * 65_536)
                try await group.waitForAll()
            }
        }
    }

    @Test("A read gives no more than was asked for, and the rest comes next")
    func limit() async throws {
        try await withPair { near, far in
            try await near.write(Array("Ganglion".utf8))
            #expect(try await far.read(upTo: 1) == Array("G".utf8))
            #expect(try await far.read(upTo: 4) == Array("angl".utf8))
            #expect(try await far.read() == Array("ion".utf8))
            #expect(try await far.receive() == nil)
        }
    }

    @Test("After the end of the stream every read gives nothing")
    func end() async throws {
        try await withPair { near, far in
            try await near.write([1])
            await near.loop.run { try? await near.shutdownWrite() }
            #expect(try await far.read() == [1])
            #expect(try await far.read() == [])
            #expect(try await far.read() == [])
        }
    }

    @Test("A peer that closes with bytes unread resets the connection, for the reader and the writer")
    func reset() async throws {
        try await withPair { near, far in
            try await near.write([1, 2, 3])
            #expect(try await far.read(upTo: 1) == [1])
            await far.close()
            await #expect(throws: SystemError.self) { try await near.read() }
            let error = await #expect(throws: SystemError.self) { try await near.write([1]) }
            #expect(error?.code == ECONNRESET)
            #expect(error?.isDisconnect == true)
            #expect(await !near.isOpen)
        }
    }

    @Test("Closing a stream wakes its reader and all its writers, and ends all later use")
    func closing() async throws {
        try await withPair { near, far in
            let full = [UInt8](repeating: 0, count: 8_000_000)
            await withTaskGroup(of: SystemError?.self) { group in
                group.addTask { await Self.error { _ = try await near.read() } }
                for _ in 0..<3 { group.addTask { await Self.error { try await near.write(full) } } }
                group.addTask { await Self.error { try await near.drain() } }
                await near.close()
                await near.close()
                for await error in group { #expect(error?.code == ECANCELED) }
            }
            await #expect(throws: SystemError("socket closed", code: ECANCELED)) { try await near.read() }
            await #expect(throws: SystemError("socket closed", code: ECANCELED)) { try await near.write([1]) }
            let received = try await far.readToEnd()
            #expect(received.allSatisfy { $0 == 0 })
        }
    }

    @Test("Cancelling a task ends its read and its wait to write, and leaves the stream open")
    func cancellation() async throws {
        try await withPair { near, far in
            await withTaskGroup(of: SystemError?.self) { group in
                group.addTask { await Self.error { _ = try await near.read() } }
                group.addTask { await Self.error { try await near.write([UInt8](repeating: 1, count: 8_000_000)) } }
                group.addTask { await Self.error { _ = try await near.read() } }
                // One reader at a time: the third is alone with the cancelled first.
                group.cancelAll()
                for await error in group { #expect(error?.code == ECANCELED) }
            }
            #expect(await near.isOpen)
            try await far.write([9])
            #expect(try await near.read() == [9])
        }
    }

    @Test("A cancelled task reads nothing, even if something is there, and leaves it to the next reader")
    func cancelledBefore() async throws {
        try await withPair { near, far in
            try await far.write([4])
            #expect(try await near.read() == [4])
            try await far.write([9])
            try await far.drain()
            await withTaskGroup(of: SystemError?.self) { group in
                group.cancelAll()
                group.addTask { await Self.error { _ = try await near.read() } }
                for await error in group { #expect(error?.code == ECANCELED) }
            }
            #expect(try await near.read() == [9])
        }
    }

    @Test("A read that nothing comes for ends at its timeout, and the next one reads what came")
    func readTimeout() async throws {
        try await withPair { near, far in
            let error = await #expect(throws: SystemError.self) { try await far.read(timeout: .milliseconds(10)) }
            #expect(error?.code == ETIMEDOUT)
            try await near.write([5])
            #expect(try await far.read(timeout: .seconds(20)) == [5])
        }
    }

    @Test("Readiness that is told while a reader is on its way to wait is not lost")
    func busyLoop() async throws {
        let loop = try EventLoop(name: "busy")
        try await withPair(on: loop) { near, far in
            // Reader and writer do not prefer the loop, so that they queue up for it between any two steps, behind more
            // jobs than a turn runs.
            try await withThrowingTaskGroup(of: Void.self) { group in
                let done = Signal()
                group.addTask {
                    while !done.wasSent {
                        let round = EventLog<Bool>()
                        for _ in 0..<600 { loop.execute { round.record(true) } }
                        try await round.wait(forCount: 600)
                    }
                }
                group.addTask {
                    for _ in 0..<100 { try await far.write(try await far.read(timeout: .seconds(20))) }
                }
                defer { done.send() }
                for number in 0..<100 {
                    try await near.write([UInt8(number)])
                    #expect(try await near.read(timeout: .seconds(20)) == [UInt8(number)])
                }
                done.send()
                try await group.waitForAll()
            }
        }
    }

    private static func error(_ body: () async throws -> Void) async -> SystemError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? SystemError
        }
    }
}

/// The two ends of a connection.
func withPair(
    on loop: EventLoop? = nil, _ body: (_ near: SocketStream, _ far: SocketStream) async throws -> Void
) async throws {
    let loop = try loop ?? EventLoop(name: "pair")
    let (streams, accepted) = AsyncStream.makeStream(of: SocketStream.self)
    let listener = try Listener(.internet(host: "127.0.0.1", port: 0), on: loop) { accepted.yield($0) }
    defer { listener.close() }
    let near = try await SocketStream.connect(to: listener.address, on: loop)
    var iterator = streams.makeAsyncIterator()
    let far = try #require(await iterator.next())
    try await body(near, far)
    await near.close()
    await far.close()
}

extension SocketStream {
    func readToEnd() async throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = try await read()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }
}
