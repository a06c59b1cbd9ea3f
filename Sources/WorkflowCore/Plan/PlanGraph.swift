import JMESPath
import JSON

/// Checks what only the whole plan shows: cycles, and expressions that look at steps which have not ended by then.
struct PlanGraph {
    private let plan: Plan
    private let references: StepReferences

    init(_ plan: Plan) {
        self.plan = plan
        references = StepReferences(names: StepNames(plan.ordinals))
    }

    func check(problems: inout JSONProblems) {
        guard let order = topologicalOrder() else {
            report(cycle(), problems: &problems)
            return
        }
        var ancestors = Ancestors(plan: plan, order: order)
        for (ordinal, step) in plan.steps.enumerated() {
            if let when = step.when {
                check(when.rootPaths, at: "/steps/\(ordinal)/when", of: ordinal, &ancestors, &problems)
            }
            for located in step.behavior.expressions {
                check(located.expression.rootPaths, at: located.pointer, of: ordinal, &ancestors, &problems)
            }
        }
        for located in plan.output?.expressions ?? [] {
            check(located.expression.rootPaths, at: located.pointer, of: nil, &ancestors, &problems)
        }
    }

    /// Kahn's algorithm ("Topological sorting of large networks", 1962); `nil` if there is a cycle.
    private func topologicalOrder() -> [Int]? {
        var remaining = plan.steps.map(\.after.count)
        var order = plan.steps.indices.filter { remaining[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in plan.dependents[order[next]] {
                remaining[dependent] -= 1
                if remaining[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        return order.count == plan.steps.count ? order : nil
    }

    /// The steps of one cycle, each coming after the next. Walking back from a step that Kahn's algorithm could not
    /// place always meets an unplaced one, and so runs into itself.
    private func cycle() -> [Int] {
        var remaining = plan.steps.map(\.after.count)
        var free = plan.steps.indices.filter { remaining[$0] == 0 }
        while let step = free.popLast() {
            for dependent in plan.dependents[step] {
                remaining[dependent] -= 1
                if remaining[dependent] == 0 { free.append(dependent) }
            }
        }
        var path: [Int] = []
        var position: [Int: Int] = [:]
        guard var step = remaining.firstIndex(where: { $0 > 0 }) else { return [] }
        while position[step] == nil {
            position[step] = path.count
            path.append(step)
            guard let previous = plan.steps[step].after.first(where: { remaining[$0] > 0 }) else { return path }
            step = previous
        }
        return Array(path[position[step, default: 0]...])
    }

    private func report(_ cycle: [Int], problems: inout JSONProblems) {
        guard let first = cycle.first else { return }
        let next = cycle.count > 1 ? cycle[1] : first
        let index = plan.steps[first].after.firstIndex(of: next) ?? 0
        let shown = cycle.prefix(8).map { plan.steps[$0].id } + (cycle.count > 8 ? ["…"] : [])
        let path = (shown + [plan.steps[first].id]).joined(separator: " after ")
        problems.add("/steps/\(first)/after/\(index)", "the steps come after each other in a circle: \(path)")
    }

    private func check(
        _ paths: [[String]], at pointer: String, of step: Int?, _ ancestors: inout Ancestors,
        _ problems: inout JSONProblems
    ) {
        let whose = step.map { (id: plan.steps[$0].id, ordinal: $0) }
        references.check(paths, at: pointer, of: whose, &problems) { other in
            step.map { ancestors.of($0, contain: other) } ?? true
        }
    }
}

/// Answers whether a step comes after another, directly or through others.
private struct Ancestors {
    let plan: Plan
    let order: [Int]
    /// A row of bits a step, made when the first indirect reference asks: most plans have none.
    private var rows: [[UInt64]] = []

    init(plan: Plan, order: [Int]) {
        self.plan = plan
        self.order = order
    }

    mutating func of(_ step: Int, contain other: Int) -> Bool {
        if plan.steps[step].after.contains(other) { return true }
        if rows.isEmpty { fill() }
        return rows[step][other / 64] & (1 << UInt64(other % 64)) != 0
    }

    private mutating func fill() {
        let words = plan.steps.count / 64 + 1
        rows = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: plan.steps.count)
        for step in order {
            var row = rows[step]
            for dependency in plan.steps[step].after {
                for word in 0..<words { row[word] |= rows[dependency][word] }
                row[dependency / 64] |= 1 << UInt64(dependency % 64)
            }
            rows[step] = row
        }
    }
}
