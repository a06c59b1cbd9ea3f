/// The last lines of a terminal, drawn again and again: gives what to write so that they become the next ones. Only
/// what differs is written.
struct LiveRegion {
    /// As they are on the screen; the cursor stands at the beginning of the line below them.
    private var shown: [StyledText] = []
    private var width = 0
    private let hasColours: Bool

    init(hasColours: Bool) {
        self.hasColours = hasColours
    }

    /// Makes the region these lines. Those in `above` are written before it, and stay: they scroll away.
    mutating func update(to lines: [StyledText], above: [StyledText] = [], width: Int) -> String {
        let lines = lines.map { $0.cut(to: width) }
        let isResized = width != self.width
        guard lines != shown || !above.isEmpty || isResized else { return "" }
        var output = shown.isEmpty ? "" : "\u{1B}[\(rows(at: width))A"
        if !above.isEmpty || isResized {
            output += "\r\u{1B}[J"
            for line in above { output += line.text(hasColours: hasColours) + "\n" }
            for line in lines { output += line.text(hasColours: hasColours) + "\n" }
        } else {
            for (number, line) in lines.enumerated() {
                let isSame = number < shown.count && shown[number] == line
                output += isSame ? "\n" : "\r\u{1B}[2K\(line.text(hasColours: hasColours))\n"
            }
            if lines.count < shown.count { output += "\u{1B}[J" }
        }
        shown = lines
        self.width = width
        return output
    }

    /// How many the lines that are shown take; a terminal that became narrower has wrapped them.
    private func rows(at width: Int) -> Int {
        guard width < self.width, width > 0 else { return shown.count }
        return shown.reduce(0) { $0 + max(1, ($1.width + width - 1) / width) }
    }
}
