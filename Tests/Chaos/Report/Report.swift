import JSON

/// What a run has shown.
struct Report: Sendable {
    let heading: String
    var figures: [Figure] = []
    var violations: [String] = []
    var lostByRedis: [String] = []
    /// The histories of the workflows that took longest.
    var slowest: [String] = []
    /// What happened, and when.
    var happenings: [String] = []

    struct Figure: Sendable {
        let name: String
        let value: Value
    }

    enum Value: Sendable {
        case count(Int)
        case decimal(Double)
        case text(String)
        case times(Percentiles)
    }

    /// No more of a kind are shown: the first ones tell what is wrong.
    private static let shown = 20

    /// What is the same up to a colon is told once, with the first as its example.
    static func grouped(_ problems: [Checker.Problem]) -> [String] {
        let groups = Dictionary(grouping: problems) { $0.text.prefix { $0 != ":" } }
        return groups.sorted { $0.key < $1.key }.map { _, problems in
            let first = problems[0]
            let example = first.workflow.isEmpty ? first.text : "\(first.workflow): \(first.text)"
            return problems.count == 1 ? example : "\(problems.count) times, of which the first: \(example)"
        }
    }

    mutating func add(_ name: String, _ value: Value) {
        figures.append(Figure(name: name, value: value))
    }

    var lines: [String] {
        var lines = [heading]
        let width = (figures.map(\.name.count).max() ?? 0) + 2
        for figure in figures {
            let name = figure.name + String(repeating: " ", count: width - figure.name.count)
            lines.append("  \(name)\(figure.value.text)")
        }
        lines += Self.list("slowest", slowest)
        lines += Self.list("lost by Redis, which had acknowledged it", lostByRedis)
        lines += Self.list("violations", violations)
        if violations.isEmpty { lines.append("no violations") }
        return lines
    }

    private static func list(_ title: String, _ entries: [String]) -> [String] {
        guard !entries.isEmpty else { return [] }
        let rest = entries.count > shown ? ["  and \(entries.count - shown) more"] : []
        return ["\(title): \(entries.count)"] + entries.prefix(shown).map { "  \($0)" } + rest
    }

    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("run", heading)
            for figure in figures { figure.write(to: &writer) }
            for (name, entries) in [
                ("violations", violations), ("lost_by_redis", lostByRedis), ("slowest", slowest),
                ("happenings", happenings),
            ] {
                writer.name(name)
                writer.array(entries) { $0.string($1) }
            }
        }
        return writer.text.string
    }
}

extension Report.Value {
    fileprivate var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .decimal(let value): "\((value * 10).rounded() / 10)"
        case .text(let text): text
        case .times(let percentiles): percentiles.text
        }
    }
}

extension Report.Figure {
    fileprivate func write(to writer: inout JSONWriter) {
        let name = String(self.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        switch value {
        case .count(let count): writer.field(name, count)
        case .text(let text): writer.field(name, text)
        case .times(let percentiles): percentiles.write(name, to: &writer)
        case .decimal(let value):
            writer.name(name)
            writer.double(value)
        }
    }
}
