/// What of a Redis endangers what Ganglion keeps in it, or slows it down. Everything is given, so that each finding is
/// tested without a Redis.
struct RedisExamination {
    /// The fields of INFO (redis.io/commands/info).
    let info: [String: String]
    /// What CONFIG GET says; empty where that is not allowed, as at many who offer Redis as a service.
    let settings: [String: String]
    /// Half of its replies to PING took no longer.
    let latency: Duration
    /// What its clock is ahead of this machine's.
    let clockOffset: Duration

    var findings: [Finding] {
        [version, role, eviction, memory, persistence, fsync, lastWrites, replicas, clients, scripts, delay, clock]
            .compactMap(\.self)
    }

    private func setting(_ name: String) -> String? { settings[name] }
    private func number(_ field: String) -> Int? { info[field].flatMap { Int($0) } }

    static let oldest = [7, 0, 5]

    private var version: Finding? {
        guard let text = info["redis_version"] else { return nil }
        let name = info["server_name"] ?? "redis"
        let parts = text.split(separator: ".").compactMap { Int($0) }
        let oldest = Self.oldest.map(String.init).joined(separator: ".")
        // Valkey tells the version of Redis that it is compatible with.
        if parts.lexicographicallyPrecedes(Self.oldest) {
            return .error(
                "version", "\(name) \(text) is older than \(oldest)", "Upgrade to Redis \(oldest) or later, or Valkey.")
        }
        return .good("version", "\(name) \(info["valkey_version"] ?? text)")
    }

    private var role: Finding? {
        if info["role"] == "slave" {
            return .error("role", "this is a replica: nothing can be written here", "Name its primary with --redis.")
        }
        if info["cluster_enabled"] == "1" {
            return .note(
                "role", "a node of a Redis Cluster: all of Ganglion's keys are in one hash slot, and so at one node")
        }
        return .good("role", "a primary")
    }

    private var eviction: Finding? {
        guard let policy = setting("maxmemory-policy") ?? info["maxmemory_policy"] else { return nil }
        if policy == "noeviction" { return .good("eviction", "noeviction: nothing is thrown away when memory is full") }
        let hasLimit = (number("maxmemory") ?? 0) > 0
        let cure = "CONFIG SET maxmemory-policy noeviction, and write it to redis.conf."
        if hasLimit {
            return .error("eviction", "\(policy): when memory is full, workflows are thrown away", cure)
        }
        return .warning("eviction", "\(policy): once there is a maxmemory, workflows would be thrown away", cure)
    }

    private var memory: Finding? {
        guard let used = number("used_memory") else { return nil }
        let limit = number("maxmemory") ?? 0
        guard limit > 0 else {
            guard let total = number("total_system_memory"), total > 0 else { return nil }
            let share = Double(used) / Double(total)
            let text = "\(ByteCount.rounded(used)) used of the machine's \(ByteCount.rounded(total)), without a limit"
            if share > 0.7 {
                return .warning(
                    "memory", text,
                    "Give the machine more, or keep ended workflows for less long (--retention): a Redis "
                        + "that the system kills loses what was not on disk.")
            }
            return .good("memory", text)
        }
        let text = "\(ByteCount.rounded(used)) used of \(ByteCount.rounded(limit))"
        switch Double(used) / Double(limit) {
        case 0.95...: return .error("memory", "\(text): soon nothing can be started", "Raise maxmemory.")
        case 0.8...:
            return .warning("memory", text, "Raise maxmemory, or keep ended workflows for less long (--retention).")
        default: return .good("memory", text)
        }
    }

    private var persistence: Finding? {
        if info["aof_enabled"] == "1" { return .good("persistence", "an append-only file") }
        let hasSnapshots = setting("save").map { !$0.isEmpty }
        let cure = "CONFIG SET appendonly yes, and write it to redis.conf."
        if hasSnapshots == false {
            return .error("persistence", "none: a restart of Redis loses every workflow", cure)
        }
        return .error("persistence", "snapshots only: a crash of Redis loses all since the last one", cure)
    }

    private var fsync: Finding? {
        guard info["aof_enabled"] == "1", let when = setting("appendfsync") else { return nil }
        switch when {
        case "no":
            return .error(
                "fsync", "no: when the system writes to disk is left to it",
                "CONFIG SET appendfsync everysec, or always.")
        case "everysec":
            return .note(
                "fsync", "everysec: a crash of the machine takes what was acknowledged in the last second or two",
                "CONFIG SET appendfsync always, if that may not be.")
        default: return .good("fsync", "\(when): on disk before it is acknowledged")
        }
    }

    private var lastWrites: Finding? {
        let failed = [
            ("aof_last_write_status", "append-only file"), ("aof_last_bgrewrite_status", "rewrite of it"),
            ("rdb_last_bgsave_status", "snapshot"),
        ].filter { info[$0.0].map { $0 != "ok" } ?? false }.map(\.1)
        guard !failed.isEmpty else { return nil }
        return .error(
            "disk", "the last write failed: \(failed.joined(separator: ", "))",
            "Look at Redis's log, and at the space on its disk; until that works Redis refuses writes.")
    }

    private var replicas: Finding? {
        guard info["role"] == "master" else { return nil }
        guard let count = number("connected_slaves"), count > 0 else {
            return .note("replicas", "none: what this machine loses is lost")
        }
        let behind =
            (0..<count).compactMap { place in
                info["slave\(place)"]?.split(separator: ",").first { $0.hasPrefix("lag=") }.flatMap {
                    Int($0.dropFirst(4))
                }
            }.max() ?? 0
        if behind > 10 {
            return .warning(
                "replicas", "one of \(count) is \(behind) s behind", "Look at its log and at the network between.")
        }
        return .good("replicas", "\(count), at most \(behind) s behind")
    }

    private var clients: Finding? {
        guard let connected = number("connected_clients"), let most = number("maxclients"), most > 0 else { return nil }
        if Double(connected) / Double(most) > 0.8 {
            return .warning(
                "clients", "\(connected) of at most \(most)", "Raise maxclients: a node needs a few for each core.")
        }
        return .good("clients", "\(connected) of at most \(most)")
    }

    private var scripts: Finding? {
        guard let text = setting("busy-reply-threshold") ?? setting("lua-time-limit"), let limit = Int(text), limit > 0,
            limit < 1000
        else { return nil }
        return .warning(
            "scripts", "after \(limit) ms Redis answers BUSY to everyone", "CONFIG SET busy-reply-threshold 5000.")
    }

    private var delay: Finding? {
        if latency > .milliseconds(5) {
            return .warning(
                "latency", "a round trip takes \(latency.milliseconds) ms",
                "Bring nodes and Redis closer together: "
                    + "each step of a workflow takes a few round trips.")
        }
        return .good("latency", "a round trip takes \(latency.milliseconds) ms")
    }

    private var clock: Finding? {
        let seconds = abs(clockOffset / .seconds(1))
        let text = "differs by \(clockOffset.magnitude.brief) from this machine's"
        if seconds > 60 {
            return .warning(
                "clock", text, "Set both by NTP: Ganglion goes by Redis's clock alone, but logs would not match.")
        }
        return .good("clock", text)
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
    fileprivate var milliseconds: String { (self / .milliseconds(1)).rounded(to: 2) }
}

extension ByteCount {
    /// To three digits: `1.5 GiB`.
    static func rounded(_ bytes: Int) -> String {
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes >= unit {
            return "\((Double(bytes) / Double(unit)).rounded(to: 3)) \(name)"
        }
        return "\(bytes) B"
    }
}
