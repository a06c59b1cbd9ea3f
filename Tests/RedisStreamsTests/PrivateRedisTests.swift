import Foundation
import Logging
import Sockets
import Testing

@testable import RedisStreams

/// On real servers, each in a folder of its own.
@Suite("Private Redis", .timeLimit(.minutes(1)))
struct PrivateRedisTests {
    private let loop: EventLoop

    init() throws { loop = try EventLoop(name: "test") }

    // MARK: Life

    @Test("It answers once it is started, and what was written is there after a stop and a start")
    func restart() async throws {
        try await withFolder { folder in
            try await withRedis(folder) { redis in _ = try await ask(redis, "SET", "a", "1") }
            #expect(isFree(folder))
            try await withRedis(folder) { redis in
                let value = try await ask(redis, "GET", "a")
                #expect(value.string == "1")
            }
        }
    }

    @Test("It is started again when it was killed, and has all that was written")
    func killed() async throws {
        try await withFolder { folder in
            try await withRedis(folder) { redis in
                try await ask(redis, "SET", "a", "1")
                let first = try await process(redis)
                kill(first, SIGKILL)
                // It says who it is before it has loaded its data.
                #expect(await until { (try? await ask(redis, "GET", "a"))?.string } == "1")
                let second = try await process(redis)
                #expect(second != first)
            }
        }
    }

    @Test(
        "A server that an earlier service left running is gone on with, by this one's settings, and stopped at the end")
    func orphan() async throws {
        try await withFolder { folder in
            let orphan = try await leaveRunning(folder)
            var options = PrivateRedis.Options()
            options.durability = .always
            try await withRedis(folder, options) { redis in
                #expect(try await process(redis) == orphan)
                let setting = try await ask(redis, "CONFIG", "GET", "appendfsync")
                #expect(setting.array?.last?.string == "always")
            }
            #expect(ServerProcess.adopt(Int64(orphan)) == nil)
            // The last of its threads gives the lock back, a moment after the first is gone.
            await until { isFree(folder) ? true : nil }
        }
    }

    @Test("A server that was left running is started again as well when it dies")
    func orphanKilled() async throws {
        try await withFolder { folder in
            let orphan = try await leaveRunning(folder)
            try await withRedis(folder) { redis in
                kill(orphan, SIGKILL)
                #expect(await until { try? await process(redis) } != orphan)
            }
        }
    }

    @Test("The server is in a process group of its own, and neither blocks nor ignores what stops it")
    func signals() async throws {
        try await withFolder { folder in
            try await withRedis(folder) { redis in
                let process = try await process(redis)
                #expect(getpgid(process) == process)
                let status = SmallFile.head(of: "/proc/\(process)/status")
                #expect(mask("SigBlk", in: status) == 0)
                #expect(try #require(mask("SigIgn", in: status)) & (1 << (SIGTERM - 1)) == 0)
            }
        }
    }

    @Test("A start that is given up leaves nothing running")
    func cancelled() async throws {
        try await withFolder { folder in
            let redis = try PrivateRedis(folder: folder, on: loop, logger: Self.quiet)
            await withTaskGroup { group in
                group.addTask {
                    let error = await #expect(throws: PrivateRedisError.self) { try await redis.start() }
                    #expect(error == .cancelled)
                }
                group.cancelAll()
            }
            #expect(isFree(folder))
        }
    }

    // MARK: The folder

    @Test("The folder is made with its parents, for nobody else")
    func folder() async throws {
        try await withFolder { folder in
            _ = try PrivateRedis(folder: "\(folder)/a/b", on: loop, logger: Self.quiet)
            for path in ["\(folder)/a", "\(folder)/a/b"] {
                #expect(mode(path) == 0o700)
            }
        }
    }

    @Test("Two services cannot share a folder, whatever each calls it")
    func inUse() async throws {
        try await withFolder { folder in
            let first = try PrivateRedis(folder: folder, on: loop, logger: Self.quiet)
            let error = failure(folder + "/../" + (folder as NSString).lastPathComponent)
            #expect(error?.description.contains("in use by another ganglion (process \(getpid()))") == true)
            #expect(error?.description.contains("--data") == true)
            withExtendedLifetime(first) {}
        }
    }

    @Test("A folder is free again when the service that had it is gone")
    func freeAgain() async throws {
        try await withFolder { folder in
            _ = try PrivateRedis(folder: folder, on: loop, logger: Self.quiet)
            await untilReleased(folder)
            _ = try PrivateRedis(folder: folder, on: loop, logger: Self.quiet)
        }
    }

    @Test("A folder that cannot be made, and a disk that is full, are told")
    func unusable() async throws {
        try await withFolder { folder in
            try "".write(toFile: "\(folder)/file", atomically: true, encoding: .utf8)
            #expect(failure("\(folder)/file")?.description.contains("Not a directory") == true)
            var options = PrivateRedis.Options()
            options.leastFreeSpace = .max
            #expect(failure(folder, options) == .diskFull(folder))
        }
    }

    @Test("With a long path the socket is in a folder of its own in /tmp, and found there again")
    func longPath() async throws {
        try await withFolder { folder in
            let long = folder + "/" + String(repeating: "long", count: 25)
            let orphan = try await leaveRunning(long)
            var socketFolder = ""
            try await withRedis(long) { redis in
                let adopted = try await process(redis)
                #expect(adopted == orphan)
                guard case .unix(let path) = redis.endpoint.address else { return }
                #expect(path.hasPrefix("/tmp/ganglion-\(geteuid())-"))
                socketFolder = (path as NSString).deletingLastPathComponent
                #expect(mode(socketFolder) == 0o700)
            }
            #expect(!FileManager.default.fileExists(atPath: socketFolder))
        }
    }

    @Test("A folder for the socket that others can write to is refused", arguments: [0o777, 0o770])
    func foreignSocketFolder(_ mode: mode_t) async throws {
        try await withFolder { folder in
            let long = folder + "/" + String(repeating: "long", count: 25)
            let redis = try PrivateRedis(folder: long, on: loop, logger: Self.quiet)
            guard case .unix(let path) = redis.endpoint.address else { return }
            let socketFolder = (path as NSString).deletingLastPathComponent
            unsafe mkdir(socketFolder, 0o700)
            unsafe chmod(socketFolder, mode)
            defer { unsafe rmdir(socketFolder) }
            let error = await #expect(throws: PrivateRedisError.self) { try await redis.start() }
            #expect(error == .socketFolderNotOurs(socketFolder))
        }
    }

    // MARK: The server

    @Test("What listens and does not answer is left alone: no second server takes its socket")
    func mute() async throws {
        try await withFolder { folder in
            let listener = try Listener(.unix(path: "\(folder)/redis.sock"), on: loop) { [loop] stream in
                Task(executorPreference: loop) { while try await !stream.read().isEmpty {} }
            }
            var options = PrivateRedis.Options()
            options.patience = .zero
            let error = await startFailure(folder, options)
            #expect(error?.description.contains("runs and does not answer") == true, "\(String(describing: error))")
            #expect(isFree(folder))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/redis.log"))
            listener.close()
        }
    }

    @Test("Without a redis-server on the PATH, the error says what to install")
    func missing() async throws {
        try await withFolder { folder in
            var options = PrivateRedis.Options()
            options.searchPath = folder
            let error = await startFailure(folder, options)
            #expect(error == .noServer(searched: folder))
            #expect(error?.description.contains("apt-get install redis-server") == true)
        }
    }

    @Test("A server that ends at once is told with its last words")
    func endsAtOnce() async throws {
        try await withFolder { folder in
            try await withRedis(folder) { _ in }
            let manifest = "\(folder)/appendonlydir/appendonly.aof.manifest"
            try "nonsense".write(toFile: manifest, atomically: true, encoding: .utf8)
            let error = await startFailure(folder)
            guard case .ended(_, .exited(1), "\(folder)/redis.log", let lines) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(lines.contains { $0.contains("AOF manifest") }, "\(lines)")
            #expect(isFree(folder))
        }
    }

    @Test(
        "What answers on the socket has to be a Redis of this machine that is new enough",
        arguments: [
            ("redis_version:6.2.14", "Redis 6.2.14 is too old: 7.0.5"),
            ("redis_version:7.2.0\r\nprocess_id:1", "process 1"),
            ("redis_version:7.2.0", "process unknown"),
        ])
    func strangers(_ info: String, _ told: String) async throws {
        try await withFolder { folder in
            let reply = "+PONG\r\n$\(info.utf8.count)\r\n\(info)\r\n"
            let listener = try Listener(.unix(path: "\(folder)/redis.sock"), on: loop) { [loop] stream in
                Task(executorPreference: loop) {
                    _ = try await stream.read()
                    try await stream.write(Array(reply.utf8))
                    _ = try await stream.read()
                }
            }
            let error = await startFailure(folder)
            #expect(error?.description.contains(told) == true, "\(String(describing: error))")
            listener.close()
        }
    }
}

extension PrivateRedisTests {
    fileprivate static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    fileprivate func withFolder(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/private-redis-XXXXXX".utf8CString)
        unsafe mkdtemp(&template)
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// Runs it as a service would: started, supervised, and stopped by cancellation.
    fileprivate func withRedis(
        _ folder: String, _ options: PrivateRedis.Options = .init(), _ body: (PrivateRedis) async throws -> Void
    ) async throws {
        try await supervise(folder, options, body)
        await untilReleased(folder)
    }

    private func supervise(
        _ folder: String, _ options: PrivateRedis.Options, _ body: (PrivateRedis) async throws -> Void
    ) async throws {
        let redis = try PrivateRedis(folder: folder, on: loop, options: options, logger: Self.quiet)
        try await redis.start()
        try await withThrowingTaskGroup { group in
            group.addTask { await redis.run() }
            defer { group.cancelAll() }
            try await body(redis)
        }
    }

    /// The lock ends with its actor, and that with the last job of it on the loop.
    fileprivate func untilReleased(_ folder: String) async {
        await until { isFree(folder, "lock") ? true : nil }
    }

    /// What a service leaves that is killed: its locks are free, and its Redis runs.
    fileprivate func leaveRunning(_ folder: String) async throws -> pid_t {
        let orphan = try await leave(folder)
        await untilReleased(folder)
        return orphan
    }

    private func leave(_ folder: String) async throws -> pid_t {
        let redis = try PrivateRedis(folder: folder, on: loop, logger: Self.quiet)
        try await redis.start()
        return try await process(redis)
    }

    fileprivate func failure(_ folder: String, _ options: PrivateRedis.Options = .init()) -> PrivateRedisError? {
        #expect(throws: PrivateRedisError.self) {
            _ = try PrivateRedis(folder: folder, on: loop, options: options, logger: Self.quiet)
        }
    }

    fileprivate func startFailure(
        _ folder: String, _ options: PrivateRedis.Options = .init()
    ) async -> PrivateRedisError? {
        await #expect(throws: PrivateRedisError.self) {
            try await PrivateRedis(folder: folder, on: loop, options: options, logger: Self.quiet).start()
        }
    }

    @discardableResult
    fileprivate func ask(_ redis: PrivateRedis, _ words: String...) async throws -> RedisValue {
        let stream = try await SocketStream.connect(to: redis.endpoint.address, on: loop)
        let handshake = Handshake(redis.endpoint, [], .seconds(5))
        let replies = try await handshake.exchange(
            [RedisArguments(words.map { RedisArgument($0) })], on: RedisConnection(stream))
        await stream.close()
        return try #require(replies.first)
    }

    fileprivate func process(_ redis: PrivateRedis) async throws -> pid_t {
        let info = try #require(try await ask(redis, "INFO", "server").string)
        let line = try #require(info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") })
        return try #require(pid_t(line.dropFirst("process_id:".count)))
    }

    @discardableResult
    fileprivate func until<Value>(_ body: () async -> Value?) async -> Value {
        while true {
            if let value = await body() { return value }
            await loop.pause(for: .milliseconds(5))
        }
    }

    fileprivate func mode(_ path: String) -> mode_t {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// Whether no Redis works in the folder; or with `lock`, no service.
    fileprivate func isFree(_ folder: String, _ lock: String = "redis.lock") -> Bool {
        (try? FileLock.take("\(folder)/\(lock)")) != nil
    }

    fileprivate func mask(_ name: String, in status: String) -> UInt64? {
        let line = status.split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(name):") }
        return line.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
    }
}
