import GanglionClient
import Testing

@testable import ganglion

@Suite("The live overview")
struct TopTests {
    private func overview(_ second: Int, completed: Int, counts: [Int]) throws -> Overview {
        let document: JSONDocument = [
            "at": .string("2026-11-23T17:00:0\(second).000Z"),
            "workflows": ["running": 1200, "failed": 3, "paused": 0],
            "escalations": ["open": 2], "agents": ["alive": 4, "slots": 16, "running": 9], "nodes": ["alive": 1],
            "finished": ["completed": .integer(completed), "failed": 1, "cancelled": 0],
            "durations": ["bounds_ms": [10, 100, 1000], "counts": .array(counts.map { .integer($0) })],
        ]
        return try #require(Overview(document))
    }

    @Test("Rates and percentiles are those of what happened between two moments")
    func change() throws {
        let first = try overview(0, completed: 100, counts: [90, 5, 5, 0])
        let last = try overview(4, completed: 300, counts: [100, 190, 10, 1])
        let change = try #require(Overview.Change(from: first, to: last))
        #expect(change.perSecond == 50)
        #expect(change.percentile(0.5) == .milliseconds(100))
        #expect(change.percentile(0.98) == .milliseconds(1000))
        // Longer than the last bound, that is all that is known.
        #expect(change.percentile(1) == nil)
        #expect(Overview.Change(from: last, to: last) == nil)
        // A node that had counted most of it is gone.
        let less = try #require(Overview.Change(from: last, to: try overview(5, completed: 0, counts: [0, 0, 0, 0])))
        #expect(less.finished == 0 && less.percentile(0.5) == nil)
    }

    @Test("The screen has everything, fits, and says what it leaves out", arguments: [16, 24, 60])
    func screen(_ height: Int) throws {
        let first = try overview(0, completed: 100, counts: [90, 5, 5, 0])
        let last = try overview(4, completed: 300, counts: [100, 190, 15, 1])
        let types = try (0..<12).map { number in
            try TaskType([
                "task_type": .string("type-\(number)"), "waiting": .integer(number), "running": 0,
                "agents": ["alive": 1, "draining": 0, "slots": 1, "held": 0], "limited_keys": 0, "paused": false,
                "settings": [:],
            ])
        }
        let screen = TopScreen(
            address: "http://h:1", overview: last, change: Overview.Change(from: first, to: last), taskTypes: types,
            agents: [], nodes: [])
        let lines = screen.lines(width: 90, height: height).map(\.text)
        #expect(lines.count <= height && lines.allSatisfy { $0.width <= 90 }, "\(lines)")
        #expect(lines[0] == "Ganglion  http://h:1  2026-11-23 17:00:04 UTC")
        #expect(lines[1] == "workflows   1,200 running  3 failed  2 wait for a person")
        #expect(lines[2] == "1 node  4 agents  9/16 slots  50 ended a second  half within 100ms, 99 % within 1.0s")
        // What waits most comes first.
        #expect(lines.contains { $0.hasPrefix("type-11 ") })
        #expect(lines.contains { $0.hasPrefix("type-0 ") } == (height == 60))
        #expect(lines.contains { $0.hasSuffix(" more") } == (height < 60))
    }
}
