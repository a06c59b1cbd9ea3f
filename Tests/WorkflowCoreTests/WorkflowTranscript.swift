import JSON
import Testing
import WorkflowCore

/// One run as a test tells it: a plan, then events at times, and after each what happened.
///
/// After every event it also checks the invariants, that what is stored is what is known, and that a workflow
/// restored from the store makes the same transition as the one that lived on.
struct WorkflowTranscript {
    static let start = Instant(milliseconds: 1_800_000_000_000)
    static let id = WorkflowID(partition: 0, token: RandomToken(high: 7, low: 11))

    private(set) var workflow: Workflow
    private(set) var now = Self.start
    private(set) var started: Happened
    /// Every event so far with its time.
    private(set) var events: [(event: Event, at: Instant)] = []
    private var stored: StoredCheckpoint
    /// When each step was heard of last, which lies beside what is stored.
    private var heard: [Int: Event] = [:]
    private var invariants: Invariants

    init(_ plan: String, input: String = "{}") throws {
        let text = try JSONText(validating: Array(plan.utf8))
        let plan = try Plan(text)
        invariants = Invariants(plan: text)
        stored = StoredCheckpoint(plan: plan)
        let input = try JSONText(validating: Array(input.utf8))
        let transition: Transition
        (workflow, transition) = Workflow.start(id: Self.id, plan: plan, input: input, at: now)
        started = Happened(transition, since: Self.start)
        stored.commit(transition, of: workflow)
        invariants.check(transition, before: nil, after: workflow)
    }

    // MARK: Events

    @discardableResult
    mutating func apply(_ event: Event) -> Happened {
        let before = workflow
        let transition = workflow.apply(event, at: now)
        expectTheSameFromRestored(event, transition, before)
        stored.commit(transition, of: workflow)
        invariants.check(transition, of: event, before: before, after: workflow)
        events.append((event, now))
        if case .step(let step, .heard(let attempt, let agent, let at, _)) = event {
            heard[step] = .step(step, .heard(attempt: attempt, by: agent, at: at, asOf: at))
        }
        return Happened(transition, since: Self.start)
    }

    private func expectTheSameFromRestored(_ event: Event, _ transition: Transition, _ before: Workflow) {
        do {
            var (lived, restored) = (before, try stored.restored(like: before))
            for event in heard.values { _ = restored.apply(event, at: now) }
            #expect(restored.nextDeadline() == lived.nextDeadline(), "a restored workflow waits for the same moment")
            let again = restored.apply(event, at: now)
            #expect(again == transition, "a restored workflow makes the same transition")
        } catch {
            Issue.record("not restored: \(error)")
        }
    }

    /// Lets time pass; the clock strikes at each deadline on the way, and at the end.
    @discardableResult
    mutating func wait(_ duration: Duration) -> Happened {
        let end = now + duration
        var happened: Happened?
        while let next = workflow.nextDeadline(), next < end {
            now = max(now, next)
            let more = apply(.clock)
            happened?.append(more)
            happened = happened ?? more
        }
        now = end
        let last = apply(.clock)
        happened?.append(last)
        return happened ?? last
    }

    /// Lets time pass without the clock striking on the way, as on a node that was busy or frozen.
    mutating func sleepThrough(_ duration: Duration) { now = now + duration }

    @discardableResult
    mutating func take(_ step: String, by agent: AgentID = .ada, attempt: Int? = nil) -> Happened {
        let attempt = attempt ?? current(step)
        return apply(.step(ordinal(step), .taken(attempt: attempt, by: agent, at: now)))
    }

    @discardableResult
    mutating func complete(
        _ step: String, by agent: AgentID = .ada, attempt: Int? = nil, result: String = "{}"
    ) -> Happened {
        let result = JSONText(unchecked: Array(result.utf8))
        return apply(.step(ordinal(step), .completed(attempt: attempt ?? current(step), by: agent, result: result)))
    }

    /// An agent takes the task and does it.
    @discardableResult
    mutating func work(_ step: String, by agent: AgentID = .ada, result: String = "{}") -> Happened {
        take(step, by: agent)
        return complete(step, by: agent, result: result)
    }

    @discardableResult
    mutating func fail(
        _ step: String, by agent: AgentID = .ada, attempt: Int? = nil, retryable: Bool = true,
        retryAfter: Duration? = nil
    ) -> Happened {
        let failure = AgentFailure(
            Failure(code: "broken", message: "it broke"), retryable: retryable, retryAfter: retryAfter)
        return apply(.step(ordinal(step), .failed(attempt: attempt ?? current(step), by: agent, failure)))
    }

    /// An agent takes the task and cannot do it.
    @discardableResult
    mutating func takeAndFail(_ step: String, by agent: AgentID = .ada, retryable: Bool = true) -> Happened {
        take(step, by: agent)
        return fail(step, by: agent, retryable: retryable)
    }

    @discardableResult
    mutating func ask(
        _ step: String, _ question: Question, by agent: AgentID = .ada, attempt: Int? = nil
    ) -> Happened {
        apply(.step(ordinal(step), .asked(attempt: attempt ?? current(step), by: agent, question)))
    }

    /// An agent takes the task and has a question.
    @discardableResult
    mutating func takeAndAsk(_ step: String, _ question: Question, by agent: AgentID = .ada) -> Happened {
        take(step, by: agent)
        return ask(step, question, by: agent)
    }

    @discardableResult
    mutating func report(
        _ step: String, by agent: AgentID = .ada, attempt: Int? = nil, _ report: ProgressReport
    ) -> Happened {
        apply(.step(ordinal(step), .progressed(attempt: attempt ?? current(step), by: agent, report)))
    }

    /// The agent was last heard of a while ago, as far as is known now.
    @discardableResult
    mutating func hear(_ step: String, _ ago: Duration = .zero, by agent: AgentID = .ada) -> Happened {
        let at = Instant(milliseconds: now.milliseconds - ago.wholeMilliseconds)
        return apply(.step(ordinal(step), .heard(attempt: current(step), by: agent, at: at, asOf: now)))
    }

    @discardableResult
    mutating func guide(_ step: String, _ text: String) -> Happened {
        apply(.step(ordinal(step), .guided(text: text, by: "ops")))
    }

    @discardableResult
    mutating func acknowledge(_ step: String, through number: Int, by agent: AgentID = .ada) -> Happened {
        apply(.step(ordinal(step), .acknowledged(attempt: current(step), by: agent, through: number)))
    }

    @discardableResult
    mutating func lose(_ agent: AgentID, holding step: String, attempt: Int? = nil) -> Happened {
        let attempt = attempt ?? current(step)
        return apply(.step(ordinal(step), .agentGone(attempt: attempt, agent, reason: "the agent is lost")))
    }

    @discardableResult
    mutating func resolve(
        _ number: Int, _ action: Resolution.Action, by person: String = "ops", reason: String? = nil,
        version: Int? = nil
    ) -> Happened {
        apply(.resolve(escalation: number, Resolution(action, by: person, reason: reason, version: version)))
    }

    /// A person does something about an escalation.
    @discardableResult
    mutating func handle(
        _ number: Int, _ kind: HandlingAct.Kind, by person: String = "ann", reason: String? = nil, version: Int? = nil
    ) -> Happened {
        apply(.handle(escalation: number, HandlingAct(kind, by: person, reason: reason, version: version)))
    }

    /// Adds steps to an external workflow.
    @discardableResult
    mutating func add(_ steps: String) -> Happened { apply(.add(steps: JSONText(unchecked: Array("[\(steps)]".utf8)))) }

    @discardableResult
    mutating func finish(_ end: WorkflowEnd = .completed(output: nil)) -> Happened { apply(.finish(end)) }

    @discardableResult
    mutating func cancel(reason: String? = nil) -> Happened { apply(.cancel(by: "ops", reason: reason)) }

    /// What somebody does with a workflow that has ended without success; `nil` if it cannot be tried again.
    mutating func retryIfPossible(reason: String? = nil) -> Happened? {
        let before = workflow
        guard let transition = workflow.retry(by: "ops", reason: reason, at: now) else {
            #expect(workflow.checkpoint.head == before.checkpoint.head, "nothing has changed")
            return nil
        }
        invariants.grantRound(to: before.steps.indices.filter { !workflow.steps[$0].status.isEnded })
        stored.commit(transition, of: workflow)
        invariants.check(transition, before: nil, after: workflow)
        return Happened(transition, since: Self.start)
    }

    // MARK: Questions

    func ordinal(_ step: String) -> Int {
        if let ordinal = workflow.plan.ordinals[step] { return ordinal }
        Issue.record("the plan has no step '\(step)'")
        return -1
    }

    func state(_ step: String) -> StepState {
        let ordinal = ordinal(step)
        return ordinal < 0 ? StepState() : workflow.steps[ordinal]
    }

    /// The number of the step's current attempt.
    private func current(_ step: String) -> Int { state(step).attempt?.number ?? 0 }

    /// How every step stands: `classify completed, extract queued`.
    var statuses: String {
        zip(workflow.plan.steps, workflow.steps).map { "\($0.id) \($1.status.rawValue)" }.joined(separator: ", ")
    }

    /// When something happens next by itself, as time since the start.
    var nextDeadline: Duration? {
        var workflow = workflow
        return workflow.nextDeadline().map { $0 - Self.start }
    }
}
