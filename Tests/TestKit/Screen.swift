/// A terminal as far as live screens command one (ECMA-48, and xterm's private modes): what is on it after all that was
/// written.
package final class Screen {
    package private(set) var lines: [[Character]] = [[]]
    package private(set) var isCursorHidden = false
    private var row = 0
    private var column = 0

    package init() {}

    /// Without the last line, which the cursor is on, if nothing stands there.
    package var text: [String] {
        let texts = lines.map { String($0) }
        return texts.last?.isEmpty == true ? texts.dropLast() : texts
    }

    /// False if it was told something that it does not know.
    package func write(_ output: String) -> Bool {
        var rest = output[...]
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}": guard obey(&rest) else { return false }
            case "\r": column = 0
            // Terminals make the one of the other, and for Swift they are one character then.
            case "\n", "\r\n":
                row += 1
                column = 0
                if row == lines.count { lines.append([]) }
            default: put(character)
            }
        }
        return true
    }

    private func put(_ character: Character) {
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }

    private func obey(_ rest: inout Substring) -> Bool {
        guard rest.popFirst() == "[" else { return false }
        let argument = rest.prefix { $0.isNumber || $0 == "?" }
        rest = rest.dropFirst(argument.count)
        switch (rest.popFirst(), argument) {
        case ("A", _):
            row -= Int(argument) ?? 1
            guard row >= 0 else { return false }
        case ("J", ""):
            lines[row] = Array(lines[row].prefix(column))
            lines.removeSubrange((row + 1)...)
        case ("K", "2"): lines[row] = []
        case ("K", ""): lines[row] = Array(lines[row].prefix(column))
        case ("m", _): break
        case ("l", "?25"): isCursorHidden = true
        case ("h", "?25"): isCursorHidden = false
        default: return false
        }
        return true
    }
}
