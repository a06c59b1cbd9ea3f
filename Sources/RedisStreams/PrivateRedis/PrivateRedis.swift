import Glibc
package import Logging
package import Sockets

/// A redis-server of the service's own, on a unix socket in its data folder: started, started again when it dies, and
/// stopped last.
///
/// It does not die with this process. If that is killed, the next one finds the server at work and goes on with it.
package actor PrivateRedis {
    /// Where it is, or will be.
    package nonisolated let endpoint: RedisEndpoint
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let folder: DataFolder
    private let options: Options
    private let logger: Logger

    private var process: ServerProcess?
    /// How long the server's log was when it was started.
    private var logStart = 0
    private var hasSaidLoading = false

    /// When what was written is on disk (redis.conf, appendfsync).
    package enum Durability: String, CaseIterable, Sendable {
        /// Within a second: a power failure may lose that much, a crash of Redis or of the service nothing.
        case everysec
        /// Before a write is answered.
        case always
    }

    package struct Options: Sendable {
        package var durability = Durability.everysec
        /// Where redis-server is looked for: folders with colons between them.
        package var searchPath = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        /// How long a server may say nothing at all; loading data may take longer.
        package var patience = Duration.seconds(10)
        /// How long it may take to stop before it is killed.
        package var stopTimeout = Duration.seconds(30)
        /// With less room on the disk than so many bytes nothing is started.
        package var leastFreeSpace: UInt = 16 << 20

        package init() {}
    }

    private static let startPoll = Duration.milliseconds(10)
    private static let watchPoll = Duration.milliseconds(100)
    /// Who dies sooner than this is started again with a pause that grows.
    private static let soundLife = Duration.seconds(10)
    private static let longestLog = 8 << 20

    /// Takes the folder, and creates it if need be.
    package init(
        folder name: String, on loop: EventLoop, options: Options = Options(), logger: Logger
    ) throws(PrivateRedisError) {
        folder = try DataFolder.open(name, leastFreeSpace: options.leastFreeSpace)
        endpoint = RedisEndpoint(.unix(path: folder.socket))
        self.loop = loop
        self.options = options
        self.logger = logger
    }

    // MARK: Life

    /// Returns when the server answers and has loaded its data. If it cannot, nothing that was started is left.
    package func start() async throws(PrivateRedisError) {
        if folder.isSocketElsewhere {
            logger.notice(
                "the data folder's path is too long for a socket in it",
                metadata: ["data": "\(folder.path)", "socket": "\(folder.socket)"])
        }
        do throws(PrivateRedisError) {
            try await bringUp()
        } catch {
            await stop()
            throw error
        }
    }

    /// Starts the server again whenever it dies. Returns when the task is cancelled and the server has stopped, with
    /// all that was written on disk.
    package func run() async {
        var policy = ReconnectPolicy()
        var began = ContinuousClock.now
        var lastReason = ""
        while !Task.isCancelled {
            if process != nil {
                await loop.pause(for: Self.watchPoll)
                noticeEnding()
                continue
            }
            if began.duration(to: .now) > Self.soundLife { policy.succeeded() }
            await loop.pause(for: policy.nextDelay())
            began = .now
            do throws(PrivateRedisError) {
                try await bringUp()
                lastReason = ""
            } catch {
                if error != .cancelled, lastReason != "\(error)" {
                    lastReason = "\(error)"
                    logger.error("the private Redis cannot be started", metadata: ["reason": "\(error)"])
                }
                if error != .cancelled { await stop() }
            }
        }
        await stop()
        logger.info("the private Redis has stopped")
    }

    private func noticeEnding() {
        guard let ending = process?.ending() else { return }
        process = nil
        var metadata: Logger.Metadata = ["ending": "\(ending)", "log": "\(folder.log)"]
        if let line = lastWords().last { metadata["last_words"] = "\(line)" }
        logger.error("the private Redis ended; starting it again", metadata: metadata)
    }

    /// SIGTERM has Redis write its append-only file to the end; nothing less than that is a stop.
    private func stop() async {
        defer { folder.removeSocketFolder() }
        guard let process else { return }
        self.process = nil
        process.send(signal: SIGTERM)
        if await !hasEnded(process, within: options.stopTimeout) {
            logger.error("the private Redis does not stop; killing it", metadata: ["process": "\(process.pid)"])
            process.send(signal: SIGKILL)
            _ = await hasEnded(process, within: options.stopTimeout)
        }
    }

    private func hasEnded(_ process: ServerProcess, within timeout: Duration) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        while process.ending() == nil {
            guard ContinuousClock.now < deadline else { return false }
            // A pause that a cancelled task makes as well: stopping begins with a cancellation.
            await withCheckedContinuation { continuation in
                _ = loop.schedule(after: Self.startPoll) { continuation.resume() }
            }
        }
        return true
    }

    // MARK: Start

    private func bringUp() async throws(PrivateRedisError) {
        var lastHeard = ContinuousClock.now
        while !Task.isCancelled {
            switch await ServerProbe.ask(endpoint, on: loop) {
            case .ready(let pid): return try await adopt(pid)
            case .loading:
                lastHeard = .now
                sayLoading()
            case .unsuitable(let reason): throw .unsuitable("the Redis on \(folder.socket)", reason: reason)
            case .silent(let reason): try bePatient(reason, since: lastHeard)
            case .absent(let reason):
                try launchIfNoneLives()
                try bePatient(reason, since: lastHeard)
            }
            if let ending = process?.ending() {
                process = nil
                throw .ended("redis-server", ending, logPath: folder.log, lines: lastWords())
            }
            await loop.pause(for: Self.startPoll)
        }
        throw .cancelled
    }

    private func bePatient(_ reason: String, since: ContinuousClock.Instant) throws(PrivateRedisError) {
        guard since.duration(to: .now) >= options.patience else { return }
        throw .silent(socket: folder.socket, reason: reason, pidFile: folder.pidFile)
    }

    private func launchIfNoneLives() throws(PrivateRedisError) {
        guard process == nil else { return }
        guard let executable = ServerProcess.executable(in: options.searchPath) else {
            throw .noServer(searched: options.searchPath)
        }
        try folder.createSocketFolder()
        do throws(SystemError) {
            guard let lock = try FileLock.take(folder.serverLock) else { return }
            if SmallFile.size(of: folder.log) > Self.longestLog { unsafe rename(folder.log, "\(folder.log).1") }
            logStart = SmallFile.size(of: folder.log)
            process = try ServerProcess.launch(executable, arguments, log: folder.log, keeping: lock)
        } catch {
            throw .notLaunched(executable, error)
        }
    }

    private var arguments: [String] {
        [
            ["--port", "0", "--unixsocket", folder.socket, "--unixsocketperm", "700"],
            ["--dir", folder.path, "--pidfile", folder.pidFile, "--logfile", folder.log],
            ["--appendonly", "yes", "--appendfsync", options.durability.rawValue, "--save", ""],
            // To compress was half of what rewriting the append-only file costs, the rest of which is not compressed.
            ["--rdbcompression", "no"],
            ["--maxmemory-policy", "noeviction", "--daemonize", "no", "--supervised", "no"],
            // A stream begins with as much room as its nodes may have, and most histories are short; a workflow's hash
            // has few fields, of which some are long. An open workflow of 1 KB takes 5.1 KB so, and 9.2 KB otherwise.
            ["--stream-node-max-bytes", "1024", "--hash-max-listpack-value", "4096"],
        ].flatMap { $0 }
    }

    /// What answers on the socket is the process that was started, or one that an earlier life of this service left.
    private func adopt(_ pid: Int64?) async throws(PrivateRedisError) {
        hasSaidLoading = false
        if let process, pid == Int64(process.pid) {
            logger.info("the private Redis is ready", metadata: ["redis": "\(endpoint)", "process": "\(process.pid)"])
            return
        }
        guard let found = pid.flatMap({ ServerProcess.adopt($0) }) else {
            throw .stranger(socket: folder.socket, process: pid)
        }
        process = found
        logStart = SmallFile.size(of: folder.log)
        await ServerProbe.set("appendfsync", options.durability.rawValue, of: endpoint, on: loop)
        logger.notice(
            "going on with the private Redis that was left running",
            metadata: ["redis": "\(endpoint)", "process": "\(found.pid)"])
    }

    private func sayLoading() {
        guard !hasSaidLoading else { return }
        hasSaidLoading = true
        logger.notice("the private Redis is loading its data", metadata: ["data": "\(folder.path)"])
    }

    private func lastWords() -> [String] {
        let lines = SmallFile.tail(of: folder.log, from: logStart).split(whereSeparator: \.isNewline)
        return lines.suffix(8).map(String.init)
    }
}
