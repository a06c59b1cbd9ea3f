/// Prometheus's text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
struct ExpositionWriter {
    private(set) var bytes: [UInt8] = []

    /// What goes before the samples of a name.
    mutating func begin(_ name: String, _ type: String, help: String?) {
        if let help {
            let escaped = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            bytes += "# HELP \(name) \(escaped)\n".utf8
        }
        bytes += "# TYPE \(name) \(type)\n".utf8
    }

    mutating func sample(_ name: String, _ labels: String, _ value: String) {
        bytes += name.utf8
        if !labels.isEmpty { bytes += "{\(labels)}".utf8 }
        bytes += " \(value)\n".utf8
    }

    /// As Go's ParseFloat reads it.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
