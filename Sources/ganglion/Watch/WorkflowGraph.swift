/// A plan as a graph of lines, one for each step: edges run down on rails at the left, and each step's line has a node
/// where those of the steps that it comes after meet.
struct WorkflowGraph: Hashable, Sendable {
    /// In an order in which every step stands below those that it comes after.
    let rows: [Row]

    /// One step, or several that come after the same and before the same.
    struct Row: Hashable, Sendable {
        /// Places in the plan.
        let steps: [Int]
        /// What stands left and right of the node.
        var before = ""
        var after = ""
    }

    /// Plans with more steps than this are drawn with what is alike in one row.
    private static let largestUnfolded = 24
    private static let smallestFold = 4
    /// More rails than this are not drawn: nobody could follow them.
    private static let mostRails = 10

    /// `after` has, for each step of the plan, the places of those it comes after.
    init(after: [[Int]]) {
        let after = after.map { $0.filter { after.indices.contains($0) } }
        let order = Self.order(after)
        let groups = Self.groups(order, after, isFolded: after.count > Self.largestUnfolded)
        rows = Self.drawn(groups, after)
    }

    /// The plan's order, but for steps that stand before those they come after.
    private static func order(_ after: [[Int]]) -> [Int] {
        var order: [Int] = []
        var state = [UInt8](repeating: 0, count: after.count)
        for root in after.indices {
            var stack = [root]
            while let step = stack.last {
                if state[step] == 0 {
                    state[step] = 1
                    stack += after[step].reversed().filter { state[$0] == 0 }
                } else {
                    stack.removeLast()
                    if state[step] == 1 { order.append(step) }
                    state[step] = 2
                }
            }
        }
        return order
    }

    private static func groups(_ order: [Int], _ after: [[Int]], isFolded: Bool) -> [[Int]] {
        guard isFolded else { return order.map { [$0] } }
        struct Edges: Hashable {
            let after: [Int]
            let before: [Int]
        }
        var before = [[Int]](repeating: [], count: after.count)
        for (step, predecessors) in after.enumerated() {
            for predecessor in predecessors { before[predecessor].append(step) }
        }
        var alike: [Edges: [Int]] = [:]
        for step in order { alike[Edges(after: after[step].sorted(), before: before[step]), default: []].append(step) }
        return order.compactMap { step in
            let group = alike[Edges(after: after[step].sorted(), before: before[step])] ?? [step]
            if group.count < smallestFold { return [step] }
            return group.first == step ? group : nil
        }
    }

    private static func drawn(_ groups: [[Int]], _ after: [[Int]]) -> [Row] {
        var row = [Int](repeating: 0, count: after.count)
        for (number, steps) in groups.enumerated() {
            for step in steps { row[step] = number }
        }
        let edges = groups.map { steps in Set(steps.flatMap { after[$0].map { row[$0] } }) }
        var rails = Rails(edges)
        var rows: [Row] = []
        for (number, steps) in groups.enumerated() {
            let (before, behind) = rails.draw(number)
            rows.append(Row(steps: steps, before: before, after: behind))
        }
        let width = rows.map { $0.before.count + $0.after.count }.max() ?? 0
        guard width < 2 * mostRails else { return groups.map { Row(steps: $0) } }
        return rows.map { row in
            let space = String(repeating: " ", count: width - row.before.count - row.after.count)
            return Row(steps: row.steps, before: row.before, after: row.after + space)
        }
    }
}

/// The columns in which edges run down: each is of a row above that some row below still has to reach.
private struct Rails {
    private let edges: [Set<Int>]
    /// The row whose edge runs in each column.
    private var owners: [Int?] = []
    /// How many rows each row still has to be reached from.
    private var open: [Int]

    init(_ edges: [Set<Int>]) {
        self.edges = edges
        open = [Int](repeating: 0, count: edges.count)
        for sources in edges {
            for source in sources { open[source] += 1 }
        }
    }

    /// What stands left and right of a row's node. Rows are drawn in their order.
    mutating func draw(_ row: Int) -> (before: String, after: String) {
        let sources = owners.indices.filter { owners[$0].map(edges[row].contains) ?? false }
        for column in sources {
            if let owner = owners[column] { open[owner] -= 1 }
        }
        func isDone(_ column: Int) -> Bool { owners[column].map { open[$0] == 0 } ?? true }
        let column = sources.first(where: isDone) ?? owners.firstIndex(of: nil) ?? owners.count
        let first = min(sources.first ?? column, column)
        let last = max(sources.last ?? column, column)
        if column == owners.count { owners.append(nil) }
        var cells = ["", ""]
        for place in owners.indices {
            if place == column { continue }
            let side = place < column ? 0 : 1
            let gap = (side == 0 ? place : place - 1) >= first && (side == 0 ? place + 1 : place) <= last ? "─" : " "
            let isInside = first < place && place < last
            let rail: String
            if sources.contains(place) {
                rail = Self.joint(isDone: isDone(place), isInside: isInside, isLeft: side == 0)
            } else {
                rail = owners[place] != nil ? "│" : isInside ? "─" : " "
            }
            cells[side] += side == 0 ? rail + gap : gap + rail
        }
        for place in sources where isDone(place) { owners[place] = nil }
        owners[column] = open[row] > 0 ? row : nil
        while owners.last == .some(nil) { owners.removeLast() }
        return (cells[0], cells[1])
    }

    private static func joint(isDone: Bool, isInside: Bool, isLeft: Bool) -> String {
        switch (isDone, isInside) {
        case (true, true): "┴"
        case (false, true): "┼"
        case (true, false): isLeft ? "└" : "┘"
        case (false, false): isLeft ? "├" : "┤"
        }
    }
}
