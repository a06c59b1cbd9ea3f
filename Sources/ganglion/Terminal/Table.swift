/// Rows under headings, in columns as wide as what stands in them; the last column but those of fixed width gives way
/// when the table is too wide.
struct Table {
    struct Column {
        let heading: String
        var isNumber = false
        /// Takes what width is left, and is cut where that is not enough.
        var isFlexible = false
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    private static let gap = 2
    private static let narrowest = 12

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    func lines(width: Int) -> [String] {
        let widths = self.widths(width)
        let all = [columns.map(\.heading), widths.map { String(repeating: "─", count: $0) }] + rows
        return all.map { row in
            let cells = columns.indices.map { Self.fit(row[$0], widths[$0], atRight: columns[$0].isNumber) }
            let line = cells.joined(separator: String(repeating: " ", count: Self.gap))
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func widths(_ total: Int) -> [Int] {
        var widths = columns.indices.map { column in
            max(columns[column].heading.count, rows.map { $0[column].count }.max() ?? 0)
        }
        let flexible = columns.indices.filter { columns[$0].isFlexible }
        guard !flexible.isEmpty else { return widths }
        let gaps = Self.gap * (columns.count - 1)
        var excess = widths.reduce(gaps, +) - total
        // The widest gives first, until all flexible ones are as narrow as they may be.
        while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private static func fit(_ text: String, _ width: Int, atRight: Bool) -> String {
        if text.count > width { return text.prefix(max(0, width - 1)) + "…" }
        let space = String(repeating: " ", count: width - text.count)
        return atRight ? space + text : text + space
    }
}
