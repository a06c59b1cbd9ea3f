import Testing

@testable import ganglion

/// What the terminal shows.
@Suite("Tables")
struct TableTests {
    private static func table(_ rows: [[String]]) -> Table {
        var table = Table([
            .init(heading: "name"), .init(heading: "what", isFlexible: true), .init(heading: "ms", isNumber: true),
        ])
        for row in rows { table.add(row) }
        return table
    }

    @Test("Columns are as wide as what stands in them, numbers stand at the right")
    func columns() {
        let lines = Self.table([["a", "first", "7"], ["longer", "x", "1234"]]).lines(width: 80)
        #expect(
            lines == [
                "name    what     ms",
                "──────  ─────  ────",
                "a       first     7",
                "longer  x      1234",
            ])
    }

    @Test("A table that is too wide is cut where it may be, and says so", arguments: [30, 40, 60])
    func cut(_ width: Int) {
        let lines = Self.table([["name", String(repeating: "text ", count: 40), "12"]]).lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines[2].contains("…"))
        #expect(lines[2].hasSuffix("12"), "what has to be seen whole is")
    }

    @Test("No column becomes narrower than can be read, however narrow the terminal")
    func narrowest() {
        let lines = Self.table([["name", String(repeating: "x", count: 50), "12"]]).lines(width: 1)
        #expect(lines[2] == "name  xxxxxxxxxxx…  12")
    }
}
