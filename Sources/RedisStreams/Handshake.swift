import Sockets

/// What a new connection says first: who it is, which database, and which scripts it will run; and what it asks: which
/// Redis this is, and whether it is ready.
struct Handshake {
    private let endpoint: RedisEndpoint
    private let scripts: [RedisScript]
    private let timeout: Duration

    /// Before it, streams have known holes (CVE-2022-31144, CVE-2022-35951).
    static let oldestVersion = [7, 0, 5]

    init(_ endpoint: RedisEndpoint, _ scripts: [RedisScript], _ timeout: Duration) {
        self.endpoint = endpoint
        self.scripts = scripts
        self.timeout = timeout
    }

    func perform(
        on connection: RedisConnection, _ learned: (RedisScript, RedisArgument) -> Void
    ) async throws(RedisError) {
        var commands: [RedisArguments] = []
        if let password = endpoint.password {
            let credentials = [endpoint.user, password].compactMap { $0 }.map { RedisArgument($0) }
            commands.append(["AUTH"] + RedisArguments(credentials))
        }
        if endpoint.database != 0 { commands.append(["SELECT", RedisArgument(endpoint.database)]) }
        // INFO is answered while Redis loads its data, PING only when it is ready for commands.
        commands.append(["PING"])
        commands.append(["INFO", "server"])
        let opening = commands.count
        for script in scripts { commands.append(["SCRIPT", "LOAD", RedisArgument(script.source)]) }

        let replies = try await exchange(commands, on: connection)
        for reply in replies.prefix(opening) {
            if case .error(let code, let message) = reply { throw .unavailable("\(code) \(message)") }
        }
        try Self.checkVersion(replies[opening - 1].string ?? "")
        for (script, reply) in zip(scripts, replies.dropFirst(opening)) {
            switch reply {
            case .error(let code, let message):
                throw .unavailable("the script \(script.name) cannot be loaded: \(code) \(message)")
            case let digest: digest.bytes.map { learned(script, RedisArgument($0)) }
            }
        }
    }

    func exchange(
        _ commands: [RedisArguments], on connection: RedisConnection
    ) async throws(RedisError) -> [RedisValue] {
        var replies: [RedisValue] = []
        let end = ContinuousClock.now + timeout
        do throws(SystemError) {
            try await connection.stream.write(commands.flatMap { RedisCommand($0).wireFormat })
        } catch {
            throw .unavailable("\(error)")
        }
        while replies.count < commands.count {
            guard try await connection.receive(timeout: end - .now) else {
                throw .unavailable("no reply within \(timeout)")
            }
            while let reply = try connection.nextReply() { replies.append(reply) }
        }
        return replies
    }

    static func checkVersion(_ info: String) throws(RedisError) {
        // Valkey began at 7.2.5 and names its own version beside the Redis version that it is compatible with.
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
        guard let version = line?.dropFirst("redis_version:".count) else {
            throw .unavailable("the server does not say which version of Redis it is")
        }
        let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
        guard !numbers.lexicographicallyPrecedes(oldestVersion) else {
            throw .unavailable("Redis \(version) is too old: 7.0.5 is the oldest whose streams can be relied on")
        }
    }
}
