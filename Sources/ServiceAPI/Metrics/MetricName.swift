/// Names and labels as Prometheus allows them (prometheus.io/docs/concepts/data_model).
enum MetricName {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, with the ending that its kind has.
    static func text(_ label: String, _ kind: MetricKind) -> String {
        let name = legal(label, ":")
        return name.hasSuffix(kind.suffix) ? name : name + kind.suffix
    }

    /// `a="1",b="2"`: sorted by name, so that one figure has one spelling.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var values: [String: String] = [:]
        for (name, value) in dimensions { values[labelName(name)] = value }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }.joined(separator: ",")
    }

    /// Names that begin with two underscores are Prometheus's own, and `le` is a histogram's.
    private static func labelName(_ name: String) -> String {
        let name = legal(name)
        if name == "le" { return "le_" }
        return name.hasPrefix("__") ? "label\(name)" : name
    }

    private static func legal(_ name: String, _ extra: Character? = nil) -> String {
        var legal = ""
        for character in name {
            let isLetter = character.isASCII && (character.isLetter || character == "_") || character == extra
            let isDigit = character.isASCII && character.isNumber
            if legal.isEmpty, isDigit { legal = "_" }
            legal.append(isLetter || isDigit ? character : "_")
        }
        return legal.isEmpty ? "_" : legal
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
