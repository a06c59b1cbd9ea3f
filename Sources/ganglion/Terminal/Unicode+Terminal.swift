/// What text does to a terminal: nothing that it is not meant to, and how much room it takes.
extension Unicode.Scalar {
    /// Line ends and whatever a terminal may take for a command: C0, DEL, C1, and the marks that turn the direction of
    /// writing around.
    var isTerminalControl: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Takes two columns (Unicode Standard Annex 11, wide and fullwidth; whole blocks in place of each character).
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

extension Character {
    /// In columns.
    var width: Int { isASCII ? 1 : unicodeScalars.contains { $0.isWide } ? 2 : 1 }
}

extension StringProtocol {
    /// In columns.
    var width: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.width } }

    /// The longest beginning that fits.
    func prefix(width: Int) -> SubSequence {
        var left = width
        return prefix { character in
            left -= character.width
            return left >= 0
        }
    }

    /// On one line, with what a terminal would obey written out.
    var printable: String {
        // Most texts are plain.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isTerminalControl: text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
