import Glibc
import Sockets

/// What a process has used up to now, as the kernel tells it (proc(5), /proc/pid/stat).
struct ProcessUsage: Hashable, Sendable {
    /// In user and kernel mode, of all threads, without children.
    let cpu: Duration
    let residentBytes: Int

    /// `nil` if there is no such process on this machine.
    init?(of process: Int32) {
        guard let bytes = try? TextFile.bytes(of: "/proc/\(process)/stat", limit: 4096) else { return nil }
        self.init(
            stat: String(decoding: bytes, as: UTF8.self), ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)),
            pageSize: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The name in the second field may hold anything, parentheses and spaces too: what counts comes behind the last.
    init?(stat: String, ticksPerSecond: Int, pageSize: Int) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // From the third field on: the 14th and 15th are utime and stime, the 24th is rss.
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 21, ticksPerSecond > 0,
            let user = Int(fields[11]), let system = Int(fields[12]), let pages = Int(fields[21])
        else { return nil }
        cpu = .seconds(Double(user + system) / Double(ticksPerSecond))
        residentBytes = pages * pageSize
    }
}
