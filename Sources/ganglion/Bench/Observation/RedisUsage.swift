/// What a Redis has used and done up to now, as its INFO tells it (redis.io/commands/info).
struct RedisUsage: Hashable, Sendable {
    /// Of the server itself, without the processes that rewrite its file.
    let cpu: Duration
    let residentBytes: Int
    /// What it asked its allocator for.
    let usedBytes: Int
    /// Those that scripts call are among them.
    let commands: Int
    let scripts: Int

    /// The sections that are read.
    static let sections = ["cpu", "memory", "commandstats"]

    private static let scriptCommands: Set<Substring> = ["eval", "evalsha", "fcall"]

    /// `nil` if what is needed is not there.
    init?(info: String) {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        guard let user = fields["used_cpu_user"].flatMap({ Double($0) }),
            let system = fields["used_cpu_sys"].flatMap({ Double($0) }),
            let resident = fields["used_memory_rss"].flatMap({ Int($0) }),
            let used = fields["used_memory"].flatMap({ Int($0) })
        else { return nil }
        cpu = .seconds(user + system)
        residentBytes = resident
        usedBytes = used
        var (commands, scripts) = (0, 0)
        for (name, figures) in fields where name.hasPrefix("cmdstat_") {
            // cmdstat_evalsha:calls=5,usec=90,…
            guard let calls = figures.split(separator: ",").first?.split(separator: "=").last.flatMap({ Int($0) })
            else { continue }
            commands += calls
            if Self.scriptCommands.contains(name.dropFirst("cmdstat_".count)) { scripts += calls }
        }
        (self.commands, self.scripts) = (commands, scripts)
    }
}
