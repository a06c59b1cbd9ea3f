import Glibc
import Sockets
import TestKit
import Testing

@Suite("Connecting and accepting", .timeLimit(.minutes(1)))
struct ConnectingTests {
    @Test("A connection to a port that nobody listens on is refused")
    func refused() async throws {
        let loop = try EventLoop(name: "refused")
        let port = try freePort()
        let error = await #expect(throws: SystemError.self) {
            try await SocketStream.connect(to: .internet(host: "127.0.0.1", port: port), on: loop)
        }
        #expect(error?.code == ECONNREFUSED)
        #expect(error?.isDisconnect == true)
    }

    @Test("A unix socket that is not there, or whose path is too long, is an error")
    func noFile() async throws {
        let loop = try EventLoop(name: "no-file")
        let missing = await #expect(throws: SystemError.self) {
            try await SocketStream.connect(to: .unix(path: "/nowhere/at/all"), on: loop)
        }
        #expect(missing?.code == ENOENT)
        let long = await #expect(throws: SystemError.self) {
            try await SocketStream.connect(to: .unix(path: String(repeating: "x", count: 108)), on: loop)
        }
        #expect(long?.code == ENAMETOOLONG)
    }

    @Test("A connection that nobody answers ends at its timeout, or when its task is cancelled")
    func unanswered() async throws {
        let loop = try EventLoop(name: "unanswered")
        try await withFullListener { address in
            let late = await #expect(throws: SystemError.self) {
                try await SocketStream.connect(to: address, on: loop, timeout: .milliseconds(30))
            }
            #expect(late?.code == ETIMEDOUT)
            await withTaskGroup(of: Int32?.self) { group in
                group.addTask {
                    do {
                        _ = try await SocketStream.connect(to: address, on: loop, timeout: .seconds(3600))
                        return nil
                    } catch {
                        return (error as? SystemError)?.code
                    }
                }
                group.cancelAll()
                for await code in group { #expect(code == ECANCELED) }
            }
        }
    }

    @Test("A listener accepts a thousand connections that come at once, and each is another")
    func thousand() async throws {
        let loop = try EventLoop(name: "thousand")
        let echo: @Sendable (SocketStream) async -> Void = { stream in
            if let bytes = try? await stream.read() { try? await stream.write(bytes) }
            try? await stream.drain()
        }
        try await withServer(on: loop, echo) { address in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        let stream = try await SocketStream.connect(to: address, on: loop, timeout: .seconds(30))
                        try await stream.write(Array("\(number)".utf8))
                        return Int(String(decoding: try await stream.readToEnd(), as: UTF8.self)) ?? -1
                    }
                }
                var answers = Set<Int>()
                for try await answer in group { answers.insert(answer) }
                return answers
            }
            #expect(answers == Set(0..<1000))
        }
    }

    @Test("After close nobody is accepted any more, and the port is free")
    func closed() async throws {
        let loop = try EventLoop(name: "closed")
        let listener = try Listener(.internet(host: "127.0.0.1", port: 0), on: loop) { _ in }
        listener.close()
        listener.close()
        await #expect(throws: SystemError.self) { try await SocketStream.connect(to: listener.address, on: loop) }
        try Listener(listener.address, on: loop) { _ in }.close()
    }

    @Test("Each loop has a listener of its own on one port")
    func sharedPort() async throws {
        try await withEventLoops(count: 2) { group in
            let first = try Listener(.internet(host: "127.0.0.1", port: 0), on: group.loops[0]) { _ in }
            defer { first.close() }
            let second = try Listener(first.address, on: group.loops[1]) { _ in }
            defer { second.close() }
            #expect(first.address == second.address)
        }
    }

    /// A listener that never accepts, and whose queue is full: it answers nobody (listen(2), backlog).
    private func withFullListener(_ body: (SocketAddress) async throws -> Void) async throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let listener = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var sockets = [listener]
        defer { for socket in sockets { close(socket) } }
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, size)
                listen(listener, 0)
                unsafe getsockname(listener, pointer, &size)
                for _ in 0..<4 {
                    let client = socket(AF_INET, type, 0)
                    unsafe connect(client, pointer, size)
                    sockets.append(client)
                }
            }
        }
        try await body(.internet(host: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port))))
    }
}
