import Glibc

/// Standard output or standard error, and what it is: somebody's terminal, or a file.
struct Terminal: Sendable {
    let isInteractive: Bool
    let hasColours: Bool
    private let descriptor: Int32

    static let standard = Terminal(STDOUT_FILENO)
    /// For what is not the result: errors, and how far long work has come.
    static let error = Terminal(STDERR_FILENO)

    private static let defaultWidth = 120
    private static let defaultHeight = 50

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isInteractive = isatty(descriptor) == 1
        // no-color.org: present and not empty.
        let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
        let isDumb = unsafe getenv("TERM").map { unsafe String(cString: $0) } == "dumb"
        hasColours = isInteractive && !noColour && !isDumb
    }

    /// In characters, as it is now: people resize windows.
    var width: Int { size?.columns ?? Self.defaultWidth }
    var height: Int { size?.rows ?? Self.defaultHeight }

    private var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    func print(_ line: String) {
        write("\(isInteractive ? "\r\u{1B}[K" : "")\(line)\n")
    }

    func print(_ line: StyledText) { print(line.text(hasColours: hasColours)) }

    func print(_ lines: [StyledText]) {
        for line in lines { print(line) }
    }

    /// A line that the next one takes the place of; nothing where lines stay.
    func show(_ line: String) {
        guard isInteractive else { return }
        write("\r\u{1B}[K\(line.prefix(width - 1))")
    }

    /// Takes the line away that was shown last.
    func clear() {
        if isInteractive { write("\r\u{1B}[K") }
    }

    func bold(_ text: String) -> String { hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    func dim(_ text: String) -> String { hasColours ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
