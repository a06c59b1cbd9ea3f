import JSON
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Reasons of open steps")
struct StepReasonTests {
    private static let now = Instant(milliseconds: 1_750_000_000_000)

    private func state(_ status: StepStatus) -> StepState {
        var state = StepState()
        state.status = status
        state.attempts = [Attempt(number: 1, queuedAt: Self.now)]
        return state
    }

    /// What is decided of a task that waits, and in words.
    private func queued(
        _ settings: String? = nil, agents: [AgentLoad] = [], held: Int = 0, lane: String? = nil,
        quotaFreeAt: Instant? = nil, take: StoredWorkflow.Take? = nil
    ) throws -> StepReason {
        var status = TaskTypeStatus(name: "work", at: Self.now)
        status.waiting = 7
        status.held = held
        status.settings = try settings.flatMap { TaskTypeSettings(stored: try JSONText(validating: Array($0.utf8))) }
        var facts = StepFacts(id: "only", state: state(.queued))
        facts.taskType = "work"
        facts.queue = QueueFacts(
            status: status, agents: agents,
            task: QueuedTask(step: 0, lane: lane.flatMap { TaskLane($0) }, quotaFreeAt: quotaFreeAt, take: take))
        return try #require(StepReason(facts))
    }

    private func agent(_ id: AgentID, _ status: AgentStatus = .alive, held: Int = 0, of slots: Int = 2) -> AgentLoad {
        AgentLoad(id: id, name: "tester", profile: AgentProfile(["work"]), status: status, slots: slots, held: held)
    }

    @Test("A step waits for those before it that have not ended")
    func steps() {
        var facts = StepFacts(id: "last", state: StepState())
        facts.waitsFor = (1...7).map { "s\($0)" }
        let reason = StepReason(facts)
        #expect(reason == .waitsForSteps(facts.waitsFor))
        #expect(
            reason?.detail(of: "") == "It comes after 's1', 's2', 's3', 's4', 's5' and 2 more, which have not ended.")
    }

    @Test("A question to a person comes before all else")
    func human() {
        let question = OpenQuestion(
            id: EscalationID(workflow: .numbered(1), number: 2), since: "2026-11-23T17:00:00.000Z")
        for status in [StepStatus.escalated, .pending, .queued, .running] {
            var facts = StepFacts(id: "only", state: state(status))
            facts.question = question
            #expect(StepReason(facts) == .waitsForHuman(question))
        }
    }

    @Test("A step backs off until its next attempt, or an agent works on it")
    func time() {
        var waiting = state(.backingOff)
        waiting.deadline = Self.now + .seconds(5)
        waiting.failure = Failure(code: "busy", message: "later")
        #expect(
            StepReason(StepFacts(id: "a", state: waiting))
                == .backingOff(until: Self.now + .seconds(5), failure: waiting.failure))
        var running = state(.running)
        running.attempts[0].agent = .ada
        running.attempts[0].startedAt = Self.now
        running.deadline = Self.now + .seconds(60)
        #expect(
            StepReason(StepFacts(id: "a", state: running))
                == .working(.ada, since: Self.now, deadline: Self.now + .seconds(60)))
    }

    @Test("A task that was taken a moment ago is worked on, whatever the checkpoint says")
    func taken() throws {
        let take = StoredWorkflow.Take(step: 0, agent: .bob, at: Self.now)
        #expect(
            try queued(#"{"paused": true}"#, take: take) == .working(.bob, since: Self.now, deadline: nil))
    }

    @Test("Of what holds a task up, what has to be done first is told")
    func queue() throws {
        let all = #"{"paused": true, "max_concurrency": 3, "rate": {"limit": 1, "per": "minute"}}"#
        let free = Self.now + .seconds(9)
        let limited = #"{"max_concurrency": 3, "rate": {"limit": 1, "per": "minute"}}"#
        let agents = [agent(.ada, held: 2), agent(.bob, held: 2), agent(.eve, .draining)]
        #expect(try queued(all, held: 3, quotaFreeAt: free) == .queuePaused(waiting: 7))
        #expect(try queued(limited, held: 3, quotaFreeAt: free) == .noCapableAgent(draining: 0, waiting: 7))
        #expect(
            try queued(limited, agents: [agent(.eve, .draining)], held: 3) == .noCapableAgent(draining: 1, waiting: 7))
        #expect(
            try queued(limited, agents: agents, held: 3, quotaFreeAt: free)
                == .concurrencyLimit(3, running: 3, waiting: 7))
        let rate = RateLimit(limit: 1, per: .minute)
        #expect(
            try queued(limited, agents: agents, held: 2, quotaFreeAt: free)
                == .rateLimit(rate, key: nil, nextFreeAt: free))
        #expect(
            try queued(limited, agents: agents, held: 2, quotaFreeAt: Self.now)
                == .allBusy(Array(agents.prefix(2)), waiting: 7))
        #expect(
            try queued(agents: [agent(.ada, held: 1), agent(.bob, held: 5)])
                == .nextTake(agents: 2, freeSlots: 1, waiting: 7))
    }

    @Test("A rate's key is told as it was written")
    func key() throws {
        let settings = #"{"rate": {"limit": 600, "per": "minute", "key": "payload.who"}}"#
        let free = Self.now + .milliseconds(80)
        let reason = try queued(settings, agents: [agent(.ada)], lane: "/acme%20%26%20sons", quotaFreeAt: free)
        #expect(
            reason.detail(of: "work")
                == "The rate of 600 a minute for 'acme & sons' is used up; the next task may be taken at \(free).")
    }

    @Test("Every reason says what would help, and no two have one name")
    func words() throws {
        let question = OpenQuestion(id: EscalationID(workflow: .numbered(1), number: 1), since: nil)
        let reasons: [StepReason] = [
            .waitsForSteps(["a"]), .waitsForHuman(question), .backingOff(until: nil, failure: nil),
            .working(nil, since: nil, deadline: nil), .queuePaused(waiting: 1),
            .noCapableAgent(draining: 2, waiting: 1), .concurrencyLimit(1, running: 1, waiting: 0),
            .rateLimit(RateLimit(limit: 1, per: .second), key: nil, nextFreeAt: Self.now),
            .allBusy([agent(.ada)], waiting: 2), .nextTake(agents: 1, freeSlots: 1, waiting: 1),
        ]
        #expect(Set(reasons.map(\.name)).count == reasons.count)
        for reason in reasons {
            #expect(reason.detail(of: "work").hasSuffix("."))
            #expect(!reason.detail(of: "work").contains("nil"))
            #expect(!reason.help(of: "work").isEmpty)
        }
        #expect(
            reasons[5].detail(of: "work")
                == "No agent that takes tasks is capable of 'work'; 2 of those that are draining are. 1 task waits.")
    }
}
