import Glibc
import Sockets

/// This program, once more, as a child.
enum ChildProcess {
    private static let poll: UInt32 = 10_000

    /// Starts it with these arguments; what it writes goes to the end of the file `log`.
    ///
    /// It has a process group of its own, since Ctrl-C at the terminal is for this process, which then ends it in
    /// order. It has the environment without Ganglion's settings: what is measured is what the arguments say.
    static func launch(_ arguments: [String], log: String) throws(SystemError) -> Int32 {
        guard let program = unsafe realpath("/proc/self/exe", nil) else { throw SystemError("realpath") }
        defer { unsafe free(program) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        setSignalsAndGroup(&attributes)

        let path = unsafe String(cString: program)
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, path, &actions, &attributes, &words, &settings)
        guard code == 0 else { throw SystemError("posix_spawn", code: code) }
        return process
    }

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

    private static var environment: [String] {
        var variables: [String] = []
        var next = unsafe environ
        while let variable = unsafe next.pointee {
            let text = unsafe String(cString: variable)
            if !text.hasPrefix("GANGLION_") { variables.append(text) }
            unsafe next += 1
        }
        return variables
    }

    /// Reaps it if it has ended; then it is to be asked no more.
    static func isRunning(_ process: Int32) -> Bool {
        var status: Int32 = 0
        let result = unsafe waitpid(process, &status, WNOHANG)
        return result == 0 || result < 0 && errno == EINTR
    }

    /// SIGTERM, and SIGKILL for one that does not end in time. It is gone when this returns: the thread waits for it,
    /// because nothing else is left to be done, and a cancelled task waits for it too.
    static func end(_ process: Int32, within limit: Duration) {
        kill(process, SIGTERM)
        let deadline = ContinuousClock.now + limit
        while isRunning(process) {
            if ContinuousClock.now >= deadline { kill(process, SIGKILL) }
            usleep(poll)
        }
    }
}
