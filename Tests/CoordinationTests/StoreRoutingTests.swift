import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: who may take what", .timeLimit(.minutes(1)))
struct StoreRoutingTests {
    private static let big = #"{"task_type": "work", "constraints": {"model": "big", "languages": ["de", "en"]}}"#
    private static let wait = Duration.seconds(1)

    @Test("An agent is registered with all that it says of itself", arguments: StoreKind.allCases)
    func profile(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let profile = #"""
                {"capabilities": [\#(Self.big), "check", {"task_type": "draft", "slot_cost": 3}], "version": "1.2",
                 "labels": {"ring": "canary"}, "metadata": {"host": {"a": [1, 2.50]}}}
                """#
            try await test.register(.ada, profile: profile, slots: 8)
            let agent = try #require(try await test.store.agent(.ada))
            #expect(agent.profile == (try StoreUnderTest.profile(profile)))
            #expect(agent.profile.metadata?.string == #"{"host": {"a": [1, 2.50]}}"#)
            #expect(agent.profile.slotCost(of: "draft") == 3 && agent.load == nil)
            let load: JSONText = #"{"cpu": 0.5, "slots_used": 3}"#
            for load in [load, nil] {
                _ = try await test.store.take(TakeRequest(agent: .ada, wanted: 0, running: [], load: load), at: .north)
            }
            #expect(try await test.store.agent(.ada)?.load == load)
            #expect(try await test.store.pool().first?.profile == agent.profile)
        }
    }

    @Test("A task that asks for something is given to nobody who does not have it", arguments: StoreKind.allCases)
    func requirement(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.bob)
            try await test.register(.ada, profile: #"{"capabilities": [\#(Self.big)]}"#, slots: 8)
            let asked = try await test.startRuns(2, lane: "//languages=de&model=big")[0].task()
            let other = try await test.startRuns(1, lane: "//model=small")[0].task()
            let plain = try await test.startRuns(1)[0].task()
            let bobs = try await test.take(.bob, 8).tasks
            #expect(bobs.map(\.dispatch.task) == [plain])
            #expect(try await test.store.taskType("work")?.waiting == 3)
            let adas = try await test.take(.ada, 1).tasks
            #expect(adas.map(\.dispatch.task) == [asked])
            #expect(adas.first?.audience == TaskAudience("languages=de&model=big"))
            #expect(try await test.take(.ada, 8, running: [asked]).tasks.count == 1)
            #expect(try await test.leftOnQueue().isEmpty)
            let status = try #require(try await test.store.taskType("work"))
            #expect(status.waiting == 1 && status.held == 3)
            #expect(
                try await test.store.queued(of: other.workflow, steps: [0]).first?.lane == TaskLane("//model=small"))
        }
    }

    @Test("Tasks that ask for something and those that do not take turns", arguments: StoreKind.allCases)
    func turns(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, profile: #"{"capabilities": [\#(Self.big)]}"#, slots: 1000)
            try await test.startRuns(200, lane: "//model=big")
            try await test.startRuns(200)
            var (asked, all) = (0, [TaskID]())
            for _ in 0..<60 {
                let taken = try await test.take(.ada, 1, running: all).tasks
                asked += taken.count { $0.audience != .pool }
                all += taken.map(\.dispatch.task)
                try await test.wait(.milliseconds(2))
            }
            #expect(all.count == 60)
            #expect((5...55).contains(asked))
        }
    }

    @Test("Limits hold for tasks that ask for something like for others", arguments: StoreKind.allCases)
    func limits(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(#"{"max_concurrency": 2, "fairness": {"key": "payload"}}"#)
            try await test.register(.ada, profile: #"{"capabilities": [\#(Self.big)]}"#, slots: 8)
            try await test.startRuns(2, lane: "acme//model=big")
            try await test.startRuns(2, lane: "acme/")
            let taken = try await test.take(.ada, 8).tasks.map(\.dispatch.task)
            #expect(taken.count == 2)
            try await test.configure(#"{"paused": true}"#)
            try await test.register(.bob, profile: #"{"capabilities": [\#(Self.big)]}"#, slots: 8)
            #expect(try await test.take(.bob, 8).tasks.isEmpty)
        }
    }

    @Test("Tasks of a type take as many slots as the agent said", arguments: StoreKind.allCases)
    func slotCost(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let profile = #"{"capabilities": [{"task_type": "work", "slot_cost": 3}, "check"]}"#
            try await test.register(.ada, profile: profile, slots: 8)
            try await test.startRuns(3)
            let first = try await test.take(.ada, 8)
            #expect(first.tasks.count == 2 && first.open == ["check"] && first.isFull)
            #expect(try await test.store.agent(.ada)?.held == 6)
            let named = first.tasks.map(\.dispatch.task)
            let check = StoredRun.plan(steps: #"{"id": "only", "task_type": "check"}"#)
            for _ in 0..<3 { try await StoredRun(check).start(in: test.store) }
            let second = try await test.take(.ada, 8, running: named)
            #expect(second.tasks.map(\.dispatch.taskType) == ["check", "check"])
            #expect(second.open.isEmpty && second.isFull)
        }
    }

    @Test("A directed task is for its agent, and for everyone when its time is over", arguments: StoreKind.allCases)
    func directed(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for agent in [AgentID.ada, .bob] { try await test.register(agent) }
            let runs = try await test.startDirected(2, to: .ada, for: Self.wait)
            #expect(try await test.store.pool().first { $0.id == .ada }?.directed == 2)
            let queued = try #require(try await test.store.queued(of: runs[1].id, steps: [0]).first)
            #expect(queued.lane?.agent == .ada)
            let until = try #require(queued.directedUntil)
            let bob = try await test.take(.bob, 8)
            #expect(bob.tasks.isEmpty)
            let next = try #require(bob.recalls.first)
            #expect(next.call == "work" && next.at <= until)
            let ada = try await test.take(.ada, 1).tasks
            #expect(ada.map(\.dispatch.task) == [runs[0].task()])
            #expect(ada.first?.audience == .agent(.ada))
            try await test.wait(past: until)
            #expect(try await test.take(.bob, 8).tasks.map(\.dispatch.task) == [runs[1].task()])
            #expect(try await test.store.pool().allSatisfy { $0.directed == 0 })
            // Its coordinator takes it off where it is now.
            for (run, agent) in zip(runs, [AgentID.ada, .bob]) {
                var run = run
                let commit = run.next(.taken(by: agent), .completed(by: agent))
                #expect(try await test.store.commit(commit).isCommitted)
                #expect(try await test.take(agent).tasks.isEmpty)
            }
            try await test.checkNothingIsLeft()
        }
    }

    @Test(
        "What is directed to an agent that goes, or is gone, is for others at once", arguments: StoreKind.allCases,
        [AgentStatus.left, .lost])
    func departed(_ kind: StoreKind, _ status: AgentStatus) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, lifetime: status == .lost ? .milliseconds(40) : .seconds(60))
            try await test.register(.bob)
            let required = try await test.startDirected(1, to: .ada, for: .seconds(60), requires: "model=big")[0]
            let plain = try await test.startDirected(2, to: .ada, for: .seconds(60))
            #expect(try await test.take(.bob, waits: true).tasks.isEmpty)
            let departures: Departures?
            if status == .left {
                departures = try await test.store.deregister(.ada, at: .north)
            } else {
                try await test.wait(.milliseconds(50))
                departures = try await test.store.removeLostAgents(for: .north)
            }
            // Bob waits at this node, and any agent of the type might meet what is asked for.
            let calls = Set(departures?.calls ?? [])
            #expect(calls == ["work", TaskCall("work", for: TaskAudience("model=big"))])
            #expect(departures?.holders == [])
            let late = try await test.startDirected(1, to: .ada, for: .seconds(60))
            let taken = try await test.take(.bob, 8).tasks.map(\.dispatch.task)
            #expect(Set(taken) == Set((plain + late).map { $0.task() }))
            try await test.register(.eve, profile: #"{"capabilities": [\#(Self.big)]}"#, slots: 8)
            #expect(try await test.take(.eve, 8).tasks.map(\.dispatch.task) == [required.task()])
            #expect(try await test.store.agent(.ada)?.status == status)
        }
    }

    @Test("A directed task that is cancelled leaves nothing behind", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            var run = try await test.startDirected(1, to: .ada, for: .seconds(60))[0]
            #expect(try await test.store.commit(run.next(.cancelled)).isCommitted)
            #expect(try await test.take(.ada).tasks.isEmpty)
            try await test.checkNothingIsLeft()
        }
    }

    @Test(
        "A task calls its agent where that asked last, or all nodes where one may wait", arguments: StoreKind.allCases)
    func calls(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await withListening(to: test) { listening in
                try await test.register(.ada)
                for node in [NodeID.north, .south] {
                    try await test.store.heartbeat(of: node, lease: .seconds(60))
                }
                #expect(try await test.take(.ada, waits: true, at: .south).tasks.isEmpty)
                try await test.startDirected(1, to: .ada, for: .seconds(60))
                #expect(try await listening.next(at: .node(.south)) == .stop(.ada))
                try await test.startRuns(1, lane: "//model=big")
                try await listening.wait(forCount: 2, at: .node(.south))
                let call = TaskCall("work", for: TaskAudience("model=big"))
                #expect(try await listening.next(at: .node(.south)) == .task(call))
            }
        }
    }

    @Test("How attempts ended is known of an agent by task type, and lost with it", arguments: StoreKind.allCases)
    func reliability(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, ["work", "check"])
            var tally = AgentTally()
            (tally.succeeded, tally.failed, tally.retried, tally.milliseconds) = (3, 1, 1, 600)
            let tallies = [AgentID.ada, .bob].map { (TallyKey(agent: $0, type: "work"), tally) }
            try await test.store.learn(tallies)
            try await test.store.learn([tallies[0]])
            let known = try #require(try await test.store.agent(.ada)?.reliability["work"])
            #expect(known.succeeded > 5.9 && known.succeeded <= 6)
            #expect(known.failed > 1.9 && known.retried > 1.9)
            #expect(known.meanLatency == .milliseconds(200))
            #expect(known.score > 0.75 && known.score < 0.8)
            #expect(try await test.store.pool().first?.reliability["work"] == known)
            #expect(try await test.store.agent(.bob) == nil)
        }
    }
}

extension StoreUnderTest {
    static func profile(_ text: String) throws -> AgentProfile {
        var problems = JSONProblems()
        let node = JSONNode(try JSONText(validating: Array(text.utf8)))
        var reader = try #require(JSONObjectReader(node, at: "", problems: &problems))
        let profile = AgentProfile(reading: &reader, slots: 1000, problems: &problems)
        reader.finish(problems: &problems)
        #expect(problems.list.isEmpty)
        return profile
    }

    func register(_ agent: AgentID, profile: String, slots: Int) async throws {
        try await store.register(
            AgentRegistration(
                id: agent, name: "tester", profile: try Self.profile(profile), slots: slots, lifetime: .seconds(60)))
    }

    /// Starts runs whose tasks are directed to an agent.
    @discardableResult
    func startDirected(
        _ count: Int, to agent: AgentID, for wait: Duration, requires: String = ""
    ) async throws -> [StoredRun] {
        var runs: [StoredRun] = []
        for _ in 0..<count {
            let run = try StoredRun()
            var commit = run.first
            commit.newTypes = ["work"]
            commit.lanes = [0: try #require(TaskLane("//\(requires)/\(agent)"))]
            commit.waits = [0: wait]
            _ = try await store.start(commit, of: run.started)
            runs.append(run)
        }
        return runs
    }

    /// Of tasks that are told apart no trace stays when they have ended.
    func checkNothingIsLeft() async throws {
        let status = try await store.taskType("work")
        #expect(status?.waiting == 0 && status?.held == 0)
        guard let redis else { return }
        for name in ["turns", "limited", "groups", "lanes", "requirements", "directed", "agent_queue", "lane_tasks"] {
            let found = try await redis.command("KEYS", RedisArgument("*:default:\(name):*//*"))
            #expect(found.array?.isEmpty == true, "\(name): \(found)")
        }
        for name in ["turns:work*", "lanes:work", "requirements:work", "directed:work", "task_type:work"] {
            let found = try await redis.command("KEYS", RedisArgument("*:default:\(name)"))
            #expect(found.array?.isEmpty == true, "\(name): \(found)")
        }
    }
}
