/// A line, or a part of one, whose pieces look different. What it is made of cannot command a terminal.
struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral {
    private(set) var pieces: [Piece]

    struct Piece: Hashable, Sendable {
        var text: String
        var style: Style
    }

    enum Style: Hashable, Sendable {
        case plain, bold, dim
        case good, bad, warning, active

        /// ECMA-48, Select Graphic Rendition.
        fileprivate var code: String? {
            switch self {
            case .plain: nil
            case .bold: "1"
            case .dim: "2"
            case .good: "32"
            case .bad: "31"
            case .warning: "33"
            case .active: "36"
            }
        }
    }

    init(_ text: String, _ style: Style = .plain) {
        pieces = text.isEmpty ? [] : [Piece(text: text.printable, style: style)]
    }

    init(stringLiteral text: String) { self.init(text) }

    static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum += right
        return sum
    }

    static func += (left: inout StyledText, right: StyledText) { left.pieces += right.pieces }

    /// In columns.
    var width: Int { pieces.reduce(0) { $0 + $1.text.width } }

    /// Without any style.
    var text: String { pieces.map(\.text).joined() }

    func text(hasColours: Bool) -> String {
        guard hasColours else { return text }
        return pieces.map { piece in
            piece.style.code.map { "\u{1B}[\($0)m\(piece.text)\u{1B}[0m" } ?? piece.text
        }.joined()
    }

    /// No wider than this: where something is left out, it ends with `…`.
    func cut(to width: Int) -> StyledText {
        guard self.width > width else { return self }
        var left = width - 1
        var cut = StyledText("")
        for piece in pieces where left > 0 {
            let text = String(piece.text.prefix(width: left))
            left -= piece.text.width
            cut.pieces.append(Piece(text: text, style: piece.style))
        }
        return width > 0 ? cut + "…" : cut
    }

    /// At least this wide.
    func padded(to width: Int, atRight: Bool = false) -> StyledText {
        let space = StyledText(String(repeating: " ", count: max(0, width - self.width)))
        return atRight ? space + self : self + space
    }

    func joined(with parts: [StyledText], separator: StyledText = "  ") -> StyledText {
        parts.reduce(self) { $1.pieces.isEmpty ? $0 : $0 + separator + $1 }
    }

    var withoutTrailingSpace: StyledText {
        var text = self
        while var last = text.pieces.popLast() {
            last.text = String(last.text.reversed().drop { $0 == " " }.reversed())
            if last.text.isEmpty { continue }
            text.pieces.append(last)
            break
        }
        return text
    }
}
