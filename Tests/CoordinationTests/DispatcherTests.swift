import JSON
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Choosing an agent")
struct DispatcherTests {
    private static let constraints = #"{"task_type": "work", "constraints": {"model": "big"}}"#

    /// An agent by its number, and what differs.
    private func agent(
        _ number: UInt64, slots: Int = 4, held: Int = 0, _ capability: String = #""work""#, version: String? = nil,
        failed: Int = 0, status: AgentStatus = .alive
    ) throws -> AgentLoad {
        var problems = JSONProblems()
        let text = try JSONText(validating: Array(#"{"capabilities": [\#(capability)]}"#.utf8))
        var reader = try #require(JSONObjectReader(JSONNode(text), at: "", problems: &problems))
        var profile = AgentProfile(reading: &reader, slots: 1000, problems: &problems)
        profile.version = version
        var load = AgentLoad(
            id: Self.id(number), name: "a\(number)", profile: profile, status: status, slots: slots, held: held)
        var tally = AgentTally()
        tally.failed = failed
        var known = Reliability(at: StoredRun.beginning)
        known.add(tally, at: StoredRun.beginning)
        load.reliability["work"] = known
        return load
    }

    private static func id(_ number: UInt64) -> AgentID { AgentID(token: RandomToken(high: 5, low: number)) }

    private func number(_ agent: AgentID?) -> Int? { agent.map { Int($0.token.low) } }

    /// The numbers of the agents that so many tasks are directed to, one after the other; `nil` for the pool.
    private func choices(
        _ count: Int, _ agents: [AgentLoad], _ rule: String, requires: String = "{}", payload: String = "1"
    ) throws -> [Int?] {
        var dispatcher = Dispatcher(agents)
        let steps = #"""
            {"id": "only", "task_type": "work", "payload": \#(payload), "requires": \#(requires), "dispatch": \#(rule)}
            """#
        return try (0..<count).map { _ in
            let run = try StoredRun(StoredRun.plan(steps: steps))
            for case .enqueue(let dispatch) in run.first.effects {
                let rule = try #require(dispatch.rule)
                return number(dispatcher.agent(for: dispatch, by: rule, in: run.workflow))
            }
            return nil
        }
    }

    @Test("The least loaded is the one with the smallest share of its slots taken, as long as one is free")
    func leastLoaded() throws {
        let agents = [try agent(1, slots: 2), try agent(2, slots: 4, held: 1), try agent(3, slots: 1, held: 1)]
        let chosen = try choices(7, agents, #"{"mode": "least_loaded"}"#)
        #expect(chosen.count { $0 == 1 } == 2 && chosen.count { $0 == 2 } == 3)
        #expect(chosen.suffix(2) == [nil, nil])
    }

    @Test("What has ended makes room before that is read of the agent")
    func ended() throws {
        var dispatcher = Dispatcher([try agent(1, slots: 1)])
        let run = try StoredRun(StoredRun.plan(steps: #"{"id": "only", "task_type": "work"}"#))
        for case .enqueue(let dispatch) in run.first.effects {
            let rule = DispatchRule(.roundRobin)
            for (agent, isNext) in [(Self.id(1), true), (Self.id(2), false)] {
                #expect(number(dispatcher.agent(for: dispatch, by: rule, in: run.workflow)) == 1)
                #expect(dispatcher.agent(for: dispatch, by: rule, in: run.workflow) == nil)
                // Of one that another had in the end nothing is known.
                dispatcher.ended(dispatch.task, by: agent)
                guard isNext else { break }
            }
            #expect(dispatcher.agent(for: dispatch, by: rule, in: run.workflow) == nil)
        }
    }

    @Test("Among equally loaded agents the more reliable one comes first")
    func score() throws {
        let agents = [try agent(1, failed: 3), try agent(2, failed: 1), try agent(3, failed: 2)]
        #expect(try choices(3, agents, #"{"mode": "least_loaded"}"#) == [2, 3, 1])
    }

    @Test("Turns go round, and pass over who has no slot, does not do it, or takes nothing new")
    func roundRobin() throws {
        let agents = [
            try agent(3), try agent(1), try agent(2, held: 4), try agent(4, status: .draining),
            try agent(5, #""other""#),
        ]
        #expect(try choices(5, agents, #"{"mode": "round_robin"}"#) == [1, 3, 1, 3, 1])
    }

    @Test("A task that takes several slots goes where they are")
    func slotCost() throws {
        let heavy = #"{"task_type": "work", "slot_cost": 3}"#
        let agents = [try agent(1, slots: 4, heavy), try agent(2, slots: 4, held: 2, heavy)]
        #expect(try choices(2, agents, #"{"mode": "round_robin"}"#) == [1, nil])
    }

    @Test("Only agents that meet what a step asks for are chosen")
    func requires() throws {
        let agents = [try agent(1), try agent(2, Self.constraints), try agent(3)]
        let chosen = try choices(2, agents, #"{"mode": "round_robin"}"#, requires: #"{"model": "big"}"#)
        #expect(chosen == [2, 2])
        #expect(try choices(1, agents, #"{"mode": "round_robin"}"#, requires: #"{"model": "small"}"#) == [nil])
    }

    @Test("A key stays with an agent, full or not, and only the keys of one that is gone move")
    func affinity() throws {
        let agents = try (1...5).map { try agent($0, held: 4) }
        let rule = #"{"mode": "affinity", "key": "payload"}"#
        var moved = 0
        var homes: Set<Int> = []
        for key in 0..<100 {
            let home = try #require(try choices(2, agents, rule, payload: "\"k\(key)\"")[1])
            homes.insert(home)
            let left = try #require(try choices(1, Array(agents.dropLast()), rule, payload: "\"k\(key)\"")[0])
            if home != left { moved += 1 }
            #expect(home == left || home == 5)
        }
        #expect(homes.count == 5 && (5...40).contains(moved))
        #expect(try choices(1, agents, rule, payload: "null") == [nil])
    }

    @Test("Of a hundred tasks as many go to a version as it has percents, and the rest to the others")
    func weighted() throws {
        let agents = [
            try agent(1, slots: 1000, version: "2"), try agent(2, slots: 1000, version: "1"), try agent(3, slots: 1000),
        ]
        let chosen = try choices(1000, agents, #"{"mode": "weighted", "weights": {"2": 10}}"#)
        #expect((60...140).contains(chosen.count { $0 == 1 }))
        #expect(chosen.allSatisfy { $0 != nil })
        // Nobody has it: whoever there is takes it.
        #expect(try choices(1, agents, #"{"mode": "weighted", "weights": {"3": 100}}"#) == [nil])
    }

    @Test("What was long ago counts less")
    func decay() {
        var known = Reliability(at: StoredRun.beginning)
        #expect(known.score == 1 && known.meanLatency == nil)
        var tally = AgentTally()
        (tally.failed, tally.retried) = (8, 8)
        known.add(tally, at: StoredRun.beginning)
        #expect(known.score < 0.12)
        var good = AgentTally()
        (good.succeeded, good.milliseconds) = (4, 2000)
        known.add(good, at: StoredRun.beginning + Reliability.halfLife * 2)
        #expect(known.failed == 2 && known.retried == 2 && known.succeeded == 4)
        #expect(known.meanLatency == .milliseconds(500))
        #expect(Reliability.weight(of: Reliability.halfLife * 1.5) == 0.375)
        #expect(Reliability.weight(of: Reliability.halfLife * 1000) == 0)
    }
}
