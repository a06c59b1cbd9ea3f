import Glibc
import Sockets

/// What this machine says of itself.
extension MachineExamination {
    init(hasRedis: Bool) {
        var limit = rlimit()
        let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        self.init(
            descriptors: isKnown ? Int(min(limit.rlim_cur, rlim_t(Int32.max))) : nil,
            backlog: Self.number("/proc/sys/net/core/somaxconn"),
            overcommit: Self.number("/proc/sys/vm/overcommit_memory"),
            hugePages: Self.text("/sys/kernel/mm/transparent_hugepage/enabled"),
            hasRedis: hasRedis)
    }

    private static func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? TextFile.bytes(of: path, limit: 4096) else { return nil }
        return String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
