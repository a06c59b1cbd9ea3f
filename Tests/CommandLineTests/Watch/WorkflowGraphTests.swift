import Testing

@testable import ganglion

@Suite("Graphs")
struct WorkflowGraphTests {
    /// Each row as it is drawn, with the step's place as its node.
    private func drawn(_ after: [[Int]]) -> [String] {
        WorkflowGraph(after: after).rows.map { row in
            let text = "\(row.before)\(row.steps.map(String.init).joined(separator: ","))\(row.after)"
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test("A chain is one rail")
    func chain() { #expect(drawn([[], [0], [1]]) == ["0", "1", "2"]) }

    @Test("A diamond parts and meets")
    func diamond() { #expect(drawn([[], [0], [0], [1, 2]]) == ["0", "├─1", "2 │", "3─┘"]) }

    @Test("An edge that passes a step runs beside it, and one that crosses a rail goes over it")
    func crossing() {
        #expect(
            drawn([[], [0], [0], [1], [1, 2, 3]]) == ["0", "├─1", "2 │", "│ ├─3", "4─┴─┘"])
        #expect(drawn([[], [], [0], [0, 1], [2, 3]]) == ["0", "│ 1", "├─│─2", "3─┘ │", "4───┘"])
    }

    @Test("Steps without anything before or after them stand by themselves")
    func alone() {
        #expect(drawn([[], [], []]) == ["0", "1", "2"])
        #expect(drawn([]).isEmpty)
    }

    @Test("A step is drawn below those that it comes after, wherever it stands in the plan")
    func order() {
        let rows = WorkflowGraph(after: [[2], [], [1]]).rows.map(\.steps)
        #expect(rows == [[1], [2], [0]])
    }

    @Test("What is alike is one row in a plan that is long, and several in a short one")
    func folded() {
        let fanOut = { (count: Int) in [[]] + [[Int]](repeating: [0], count: count) + [Array(1...count)] }
        #expect(WorkflowGraph(after: fanOut(10)).rows.count == 12)
        let rows = WorkflowGraph(after: fanOut(10_000)).rows
        #expect(rows.map(\.steps.count) == [1, 10_000, 1])
        #expect(rows.map { $0.before + $0.after } == ["", "", ""])
    }

    @Test("Rails that nobody could follow are not drawn")
    func tangled() {
        // Each after the one two before it: two chains, and then twelve roots that the last one comes after.
        let after = [[Int]](repeating: [], count: 12) + [Array(0..<12)]
        #expect(WorkflowGraph(after: after).rows.allSatisfy { $0.before.isEmpty && $0.after.isEmpty })
    }

    @Test("Every row is as wide as every other, and each edge ends where it is to")
    func even() {
        let rows = WorkflowGraph(after: [[], [0], [0, 1], [0], [2, 3], [1]]).rows
        #expect(Set(rows.map { $0.before.count + $0.after.count }).count == 1)
        // Nothing hangs below the last row.
        let last = rows.last.map { $0.before + $0.after } ?? ""
        #expect(!last.contains { "├┤┼│".contains($0) }, "\(last)")
    }

    @Test("A plan of ten thousand steps in a chain is drawn without a deep stack")
    func long() {
        let rows = WorkflowGraph(after: (0..<10_000).map { $0 == 0 ? [] : [$0 - 1] }).rows
        #expect(rows.count == 10_000)
    }
}
