import Dispatch
import Glibc

/// What a process writes on its output and standard error, line by line and as it does.
package struct ProcessOutput: Sendable {
    package let lines = EventLog<String>()
    /// Sent when the process, and all that inherited its output, have ended.
    package let end = Signal()

    /// Starts a program and reads what it writes, to its end.
    package static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (process: ChildProcess, output: ProcessOutput) {
        var ends: [Int32] = [0, 0]
        // A pair of sockets is closed on exec from its beginning: no other child of the tests can keep it open.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw ChildProcess.Failure(description: "no pair of sockets: errno \(errno)")
        }
        defer { close(ends[1]) }
        let output = ProcessOutput()
        do {
            let process = try ChildProcess(path, arguments, environment: environment, output: ends[1])
            output.read(ends[0])
            return (process, output)
        } catch {
            close(ends[0])
            throw error
        }
    }

    private func read(_ descriptor: Int32) {
        DispatchQueue.global().async { [lines, end] in
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                rest += buffer[..<count]
                while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.record(String(decoding: rest[..<newline], as: UTF8.self))
                    rest.removeSubrange(...newline)
                }
            }
            if !rest.isEmpty { lines.record(String(decoding: rest, as: UTF8.self)) }
            close(descriptor)
            end.send()
        }
    }
}
