import Foundation
import JSON
import Sockets
import Synchronization
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// How tasks spread over agents of different size. `GANGLION_TABLE=1` prints the table.
@Suite("How tasks spread over agents", .serialized, .timeLimit(.minutes(1)))
struct DistributionTests {
    private static let slots = [1, 2, 3, 4, 6, 8, 12, 16]
    /// Half as many tasks at a time as there are slots, each of which takes so long.
    private static let atOnce = 26
    private static let work = Duration.milliseconds(20)
    private static let tasks = 1040

    @Test("Under least_loaded agents get tasks by their slots, and under round_robin each as many as its slots allow")
    func spread() async throws {
        var table: [String: [Int]] = [:]
        for mode in ["pull", "least_loaded", "round_robin"] { table[mode] = try await counts(mode) }
        let (least, round) = (try #require(table["least_loaded"]), try #require(table["round_robin"]))
        let total = Self.slots.reduce(0, +)
        for (slots, count) in zip(Self.slots, least) where slots >= 3 {
            let fair = Self.tasks * slots / total
            #expect((fair / 2...fair * 2).contains(count), "\(slots) slots: \(count) tasks, \(fair) would be fair")
        }
        // Those that always have a slot free get the same.
        #expect((round.suffix(3).max() ?? 0) <= 2 * (round.suffix(3).min() ?? 0))
        #expect(round[7] < least[7] && round[0] > least[0])
        if ProcessInfo.processInfo.environment["GANGLION_TABLE"] != nil { show(table) }
    }

    /// How many tasks each agent got.
    private func counts(_ mode: String) async throws -> [Int] {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let profile = AgentProfile(["work"])
                var agents: [AgentID] = []
                for slots in Self.slots {
                    agents.append(
                        try await test.node.register(name: "agent-\(slots)", profile, slots: slots, on: test.loop))
                }
                try await test.configure(#"{"dispatch": {"mode": "\#(mode)"}}"#)
                let counts = Counts(Self.slots.count)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, agent) in agents.enumerated() {
                        let slots = Self.slots[number]
                        group.addTask { try await serve(test, agent, slots) { counts.add(number, $0) } }
                    }
                    try await withThrowingTaskGroup(of: Void.self) { clients in
                        for _ in 0..<Self.atOnce {
                            clients.addTask {
                                for _ in 0..<Self.tasks / Self.atOnce {
                                    let id = try await test.start(StepsText.only(#""payload": 1"#))
                                    #expect(try await test.end(of: id).status == .completed)
                                }
                            }
                        }
                        try await clients.waitForAll()
                    }
                    group.cancelAll()
                }
                #expect(counts.all.reduce(0, +) == Self.tasks)
                return counts.all
            }
        }
    }

    private func serve(
        _ test: NodeUnderTest, _ agent: AgentID, _ slots: Int, _ count: @escaping @Sendable (Int) -> Void
    ) async throws {
        let running = Running()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let held = running.all
                // Whoever has no slot free is told when one is.
                guard
                    let taken = try? await test.take(
                        agent, slots - held.count, running: held, within: held.isEmpty ? .seconds(2) : .milliseconds(5))
                else { return }
                count(taken.count)
                for task in taken {
                    running.begin(task.dispatch.task)
                    group.addTask {
                        await test.loop.pause(for: Self.work)
                        _ = try? await test.complete(task, by: agent)
                        running.end(task.dispatch.task)
                    }
                }
                if taken.isEmpty, !held.isEmpty { await test.loop.pause(for: .milliseconds(2)) }
            }
        }
    }

    private func show(_ table: [String: [Int]]) {
        let modes = ["pull", "least_loaded", "round_robin"]
        print("| slots | " + modes.map { "\($0) | a slot" }.joined(separator: " | ") + " |")
        print("|---:|" + modes.map { _ in "---:|---:|" }.joined())
        for (number, slots) in Self.slots.enumerated() {
            let cells = modes.map { mode in
                let count = table[mode]?[number] ?? 0
                return "\(count) | \(String(format: "%.1f", Double(count) / Double(slots)))"
            }
            print("| \(slots) | " + cells.joined(separator: " | ") + " |")
        }
    }
}

/// What an agent works on.
private final class Running: Sendable {
    private let tasks = Mutex<Set<TaskID>>([])

    var all: [TaskID] { tasks.withLock { Array($0) } }

    func begin(_ task: TaskID) { tasks.withLock { _ = $0.insert(task) } }

    func end(_ task: TaskID) { tasks.withLock { _ = $0.remove(task) } }
}

private final class Counts: Sendable {
    private let counts: Mutex<[Int]>

    init(_ agents: Int) { counts = Mutex(Array(repeating: 0, count: agents)) }

    var all: [Int] { counts.withLock { $0 } }

    func add(_ agent: Int, _ tasks: Int) { counts.withLock { $0[agent] += tasks } }
}
