import Glibc
import Sockets

/// A redis-server process: a child of this one, or one that an earlier process left behind.
struct ServerProcess {
    let pid: pid_t
    private let isChild: Bool

    /// What a process may be called that is taken for a Redis; the first that is found is started.
    static let names = ["redis-server", "valkey-server"]

    /// The environment is the service's business, save what a program needs to run at all.
    private static let environment = ["PATH", "TZ", "LANG", "LD_LIBRARY_PATH", "MALLOC_CONF"]

    static func executable(in searchPath: String) -> String? {
        let folders = searchPath.split(separator: ":")
        let candidates = names.flatMap { name in folders.map { "\($0)/\(name)" } }
        return candidates.first { unsafe access($0, X_OK) == 0 }
    }

    // MARK: Beginning

    /// Starts a server that does not die with this process. It keeps `lock` open until its end, and appends what it
    /// writes to its standard output to the file `log`.
    static func launch(
        _ executable: String, _ arguments: [String], log: String, keeping lock: borrowing FileLock
    ) throws(SystemError) -> ServerProcess {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // A duplicate is not close-on-exec, as what this process opens is.
        unsafe posix_spawn_file_actions_adddup2(&actions, lock.descriptor, 3)
        for descriptor in inherited where descriptor > 3 {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        setSignalsAndGroup(&attributes)

        var pid: pid_t = 0
        let settings = environment.compactMap { name in
            unsafe getenv(name).map { unsafe "\(name)=\(String(cString: $0))" }
        }
        let code = unsafe withCStrings([executable] + arguments) { argv in
            unsafe withCStrings(settings) { envp in
                unsafe posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw SystemError("posix_spawn", code: code) }
        return ServerProcess(pid: pid, isChild: true)
    }

    /// What this process was given by whoever started it. The server is not to have it: at the other end somebody may
    /// wait for this process to end.
    private static var inherited: [Int32] {
        let count = Int32(clamping: min(max(sysconf(Int32(_SC_OPEN_MAX)), 0), 4096))
        return (0..<count).filter { descriptor in
            let flags = fcntl(descriptor, F_GETFD)
            return flags >= 0 && flags & FD_CLOEXEC == 0
        }
    }

    /// A process group of its own: Ctrl-C at the terminal is for Ganglion, which needs Redis until it has drained.
    /// Dispatch's threads block signals and the service ignores some; the server is to do neither.
    private static func setSignalsAndGroup(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    /// A server that runs already; `nil` if that process is none.
    static func adopt(_ pid: Int64) -> ServerProcess? {
        guard let pid = pid_t(exactly: pid), pid > 1 else { return nil }
        let process = ServerProcess(pid: pid, isChild: false)
        return process.isRunningServer ? process : nil
    }

    // MARK: Ending

    /// How it ended; `nil` while it runs. A child is reaped by this, so it is to be asked until it says so, and then
    /// no more.
    func ending() -> ServerEnding? {
        guard isChild else { return isRunningServer ? nil : .gone }
        var status: Int32 = 0
        switch unsafe waitpid(pid, &status, WNOHANG) {
        case 0: return nil
        case pid: return ServerEnding(status: status)
        default: return errno == EINTR ? nil : .gone
        }
    }

    /// Whether a process with this number is a Redis and more than a corpse that nobody reaps (proc(5),
    /// /proc/pid/stat: number, name in parentheses, state). Numbers are used again, so the name matters.
    private var isRunningServer: Bool {
        let status = SmallFile.head(of: "/proc/\(pid)/stat", limit: 256)
        guard let open = status.firstIndex(of: "("), let close = status.lastIndex(of: ")") else { return false }
        let state = status[close...].dropFirst(2).first
        return Self.names.contains(String(status[open..<close].dropFirst())) && state != "Z" && state != "X"
    }

    func send(signal: Int32) {
        guard isChild || isRunningServer else { return }
        kill(pid, signal)
    }
}

/// How a server process ended.
package enum ServerEnding: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(Int32)
    /// It was nobody's child of ours, and is not there any more.
    case gone

    /// wait(2): the low seven bits are the signal, the byte above them the exit status.
    init(status: Int32) {
        self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }

    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "killed by signal \(signal)"
        case .gone: "its process is gone"
        }
    }
}

/// Lends strings as C has them in `argv`: NUL-terminated each, and NULL at the end.
private func withCStrings(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32) -> Int32 {
    let pointers = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    return unsafe body(pointers + [nil])
}
