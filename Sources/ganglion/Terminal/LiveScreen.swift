/// What a command shows while it goes on: at the end of the terminal, or on a screen of its own that goes with it.
actor LiveScreen {
    private let terminal: Terminal
    private let isFull: Bool
    private var region: LiveRegion
    private var isOpen = true

    /// Hides the cursor, until `close`.
    init(_ terminal: Terminal, isFull: Bool = false) {
        self.terminal = terminal
        self.isFull = isFull
        region = LiveRegion(hasColours: terminal.hasColours)
        terminal.write((isFull ? Self.enter : "") + Self.hideCursor)
    }

    // DEC private modes 1049 and 25 (invisible-island.net/xterm/ctlseqs).
    private static let enter = "\u{1B}[?1049h\u{1B}[H"
    private static let leave = "\u{1B}[?1049l"
    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"

    func draw(_ lines: [StyledText], above: [StyledText] = []) {
        guard isOpen else { return }
        terminal.write(region.update(to: lines, above: above, width: terminal.width))
    }

    /// Leaves the terminal as it was found; after that nothing is drawn.
    func close() {
        guard isOpen else { return }
        isOpen = false
        terminal.write((isFull ? Self.leave : "") + Self.showCursor)
    }
}

extension LiveScreen {
    /// Runs the body with a screen, and restores the terminal however that ends.
    static func with<Result: Sendable>(
        _ terminal: Terminal, isFull: Bool = false, _ body: (LiveScreen) async throws -> Result
    ) async throws -> Result {
        let screen = LiveScreen(terminal, isFull: isFull)
        do {
            let result = try await body(screen)
            await screen.close()
            return result
        } catch {
            await screen.close()
            throw error
        }
    }
}
