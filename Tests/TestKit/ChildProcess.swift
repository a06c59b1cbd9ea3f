import Dispatch
package import Glibc

/// A process that a test started, and that it may stop, continue and kill.
package struct ChildProcess: Sendable {
    package let identifier: pid_t

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts a program. Its input is `input` or empty, its output goes to `output`, to the end of the file `log`, or
    /// nowhere.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: Int32? = nil,
        output: Int32? = nil, log: String? = nil
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let output {
            unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            unsafe posix_spawn_file_actions_addopen(
                &actions, 1, log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var inherited: [String] = []
        var next = unsafe environ
        while let variable = unsafe next.pointee {
            unsafe inherited.append(String(cString: variable))
            unsafe next += 1
        }
        let variables = environment.map { "\($0)=\($1)" } + inherited
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(&identifier, path, &actions, nil, &words, &settings)
        guard code == 0 else { throw Failure(description: "\(path) does not start: errno \(code)") }
        self.identifier = identifier
    }

    package func send(signal: Int32) {
        _ = Glibc.kill(identifier, signal)
    }

    /// Returns when the process stands still: from here on it does nothing until `resume`.
    package func pause() {
        send(signal: SIGSTOP)
        var status: Int32 = 0
        _ = unsafe waitpid(identifier, &status, WUNTRACED)
    }

    package func resume() {
        send(signal: SIGCONT)
    }

    /// Waits until it has ended; gives its exit status, or that of a shell whose child a signal ended. Once only.
    @discardableResult
    package func waitForEnd() async -> Int32 {
        await blocking {
            var status: Int32 = 0
            while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
        }
    }

    /// SIGKILL, and gone when this returns.
    package func kill() async {
        send(signal: SIGKILL)
        await waitForEnd()
    }
}

/// Runs what blocks its thread where no task waits for that thread.
package func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}
