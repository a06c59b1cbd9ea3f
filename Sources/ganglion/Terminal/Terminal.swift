import Glibc
import Synchronization

/// Standard output, and what it is: somebody's terminal, or a file.
struct Terminal: Sendable {
    let isInteractive: Bool
    let hasColours: Bool
    /// In characters.
    let width: Int

    static let standard = Terminal()

    private static let defaultWidth = 120

    private init() {
        isInteractive = isatty(STDOUT_FILENO) == 1
        // no-color.org: present and not empty.
        let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
        hasColours = isInteractive && !noColour
        var size = winsize()
        let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = isKnown ? Int(size.ws_col) : Self.defaultWidth
    }

    func print(_ line: String) {
        write("\(isInteractive ? "\r\u{1B}[K" : "")\(line)\n")
    }

    /// A line that the next one takes the place of; nothing where lines stay.
    func show(_ line: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[K\(line.prefix(width - 1))")
    }

    func bold(_ text: String) -> String { hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    func dim(_ text: String) -> String { hasColours ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    private func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
