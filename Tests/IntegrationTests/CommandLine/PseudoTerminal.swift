import Dispatch
import Glibc
import TestKit

/// A terminal without a window, as programs under test see one (Linux, pty(7) and ioctl_tty(2)).
final class PseudoTerminal: Sendable {
    let process: ChildProcess
    private let ours: Int32
    private let output = EventLog<[UInt8]>()
    private let end = Signal()

    // TIOCSPTLCK and TIOCGPTN, which Glibc's module leaves out.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// Starts a program on a terminal of this size.
    init(
        _ path: String, _ arguments: [String], columns: UInt16, rows: UInt16, environment: [String: String]
    ) throws {
        ours = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number) = (Int32(0), Int32(0))
        guard ours >= 0, unsafe ioctl(ours, Self.setLock, &lock) == 0, unsafe ioctl(ours, Self.getNumber, &number) == 0
        else { throw Unexpected(description: "no terminal: errno \(errno)") }
        let theirs = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(theirs) }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(ours, UInt(TIOCSWINSZ), &size)
        process = try ChildProcess(path, arguments, environment: environment, output: theirs)
        read()
    }

    private func read() {
        DispatchQueue.global().async { [ours, output, end] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe Glibc.read(ours, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                // EIO: nobody has the other end any more.
                guard count > 0 else { break }
                output.record(Array(buffer[..<count]))
            }
            end.send()
        }
    }

    deinit { close(ours) }

    private static func text(_ pieces: [[UInt8]]) -> String { String(decoding: pieces.joined(), as: UTF8.self) }

    /// All that was written, once this is true of it.
    @discardableResult
    func wait(until isWanted: @escaping @Sendable (String) -> Bool) async throws -> String {
        Self.text(try await output.wait { isWanted(Self.text($0)) })
    }

    /// The exit status, and all that was written.
    func waitForEnd() async throws -> (status: Int32, text: String) {
        let status = await process.waitForEnd()
        try await end.wait()
        return (status, Self.text(output.events))
    }
}
