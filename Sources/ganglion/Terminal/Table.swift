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
    private(set) var rows: [[StyledText]] = []

    private static let gap = 2
    private static let narrowest = 12

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func add(_ row: [String]) { rows.append(row.map { StyledText($0) }) }
    mutating func add(_ row: [StyledText]) { rows.append(row) }

    func lines(width: Int) -> [String] { styledLines(width: width).map(\.text) }

    func styledLines(width: Int) -> [StyledText] {
        let widths = self.widths(width)
        let headings = columns.map { StyledText($0.heading, .bold) }
        let rule = widths.map { StyledText(String(repeating: "─", count: $0), .dim) }
        return ([headings, rule] + rows).map { row in
            let cells = columns.indices.map { column in
                row[column].cut(to: widths[column]).padded(to: widths[column], atRight: columns[column].isNumber)
            }
            let gap = StyledText(String(repeating: " ", count: Self.gap))
            let line = cells.dropFirst().reduce(cells.first ?? "") { $0 + gap + $1 }
            return line.withoutTrailingSpace
        }
    }

    private func widths(_ total: Int) -> [Int] {
        var widths = columns.indices.map { column in
            max(columns[column].heading.width, rows.map { $0[column].width }.max() ?? 0)
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
}
