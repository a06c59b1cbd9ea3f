/// What of the machine keeps a node, or a Redis beside it, from doing well. Everything is given.
struct MachineExamination {
    /// How many descriptors a process may have open; each connection is one.
    let descriptors: Int?
    /// How many connections may wait to be accepted (/proc/sys/net/core/somaxconn).
    let backlog: Int?
    /// /proc/sys/vm/overcommit_memory.
    let overcommit: Int?
    /// /sys/kernel/mm/transparent_hugepage/enabled, whose choice stands in brackets.
    let hugePages: String?
    /// A Redis runs here too.
    let hasRedis: Bool

    var findings: [Finding] {
        [files, connections, memory, pages].compactMap(\.self)
    }

    private var files: Finding? {
        guard let descriptors else { return nil }
        if descriptors < 4096 {
            return .warning(
                "descriptors", "at most \(descriptors.grouped), and each connection is one",
                "ulimit -n 65536, or LimitNOFILE=65536 in the unit of a node that is started from there.")
        }
        return .good("descriptors", "at most \(descriptors.grouped)")
    }

    private var connections: Finding? {
        guard let backlog else { return nil }
        if backlog < 512 {
            return .warning(
                "backlog", "at most \(backlog) connections wait to be accepted", "sysctl -w net.core.somaxconn=4096")
        }
        return .good("backlog", "\(backlog.grouped) connections may wait to be accepted")
    }

    // redis.io/docs/latest/operate/oss_and_stack/management/admin, "Linux".
    private var memory: Finding? {
        guard hasRedis, let overcommit else { return nil }
        if overcommit != 1 {
            return .warning(
                "overcommit",
                "vm.overcommit_memory is \(overcommit): Redis may fail to rewrite its file when memory is low",
                "sysctl -w vm.overcommit_memory=1")
        }
        return .good("overcommit", "vm.overcommit_memory is 1")
    }

    private var pages: Finding? {
        guard hasRedis, let hugePages, hugePages.contains("[always]") else { return nil }
        return .warning(
            "huge pages", "always: Redis takes more memory and stalls while it saves",
            "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
    }
}
