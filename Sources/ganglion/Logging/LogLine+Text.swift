import Logging

/// For people: time, level, message, and the metadata as `key=value`.
extension LogLine {
    func text(isColoured: Bool) -> [UInt8] {
        let name = level.rawValue.uppercased()
        var line = "\(time) "
        line += isColoured ? "\u{1B}[\(level.colour)m\(name)\u{1B}[0m " : "\(name) "
        Self.escape(message, into: &line)
        for (name, value) in fields { Self.append(name, value, to: &line) }
        line += "\n"
        return Array(line.utf8)
    }

    /// `a.b=c` for a dictionary in a dictionary.
    private static func append(_ name: String, _ value: Logger.MetadataValue, to line: inout String) {
        if case .dictionary(let members) = value {
            for (member, value) in members.sorted(by: { $0.key < $1.key }) {
                append("\(name).\(member)", value, to: &line)
            }
            return
        }
        line += " "
        line.unicodeScalars.append(contentsOf: name.unicodeScalars.map { needsQuotes($0) ? "_" : $0 })
        line += "="
        let text = "\(value)"
        guard text.isEmpty || text.unicodeScalars.contains(where: needsQuotes) else {
            line += text
            return
        }
        line += "\""
        escape(text, isQuoted: true, into: &line)
        line += "\""
    }

    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\"" || scalar == "=" || scalar == "\\" || scalar.isTerminalControl
    }

    private static func escape(_ text: String, isQuoted: Bool = false, into line: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case "\"" where isQuoted, "\\" where isQuoted:
                line += "\\"
                line.unicodeScalars.append(scalar)
            case _ where scalar.isTerminalControl: line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Logger.Level {
    /// ECMA-48, Select Graphic Rendition.
    fileprivate var colour: String {
        switch self {
        case .trace, .debug: "90"
        case .info: "32"
        case .notice: "36"
        case .warning: "33"
        case .error: "31"
        case .critical: "1;31"
        }
    }
}
