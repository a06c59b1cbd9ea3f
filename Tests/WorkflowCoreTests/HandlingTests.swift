import JSON
import Testing
import WorkflowCore

/// What people do about open escalations before they are resolved.
@Suite("Handling escalations")
struct HandlingTests {
    private func escalated(_ rules: String = "") throws -> WorkflowTranscript {
        let step = #"{"id": "a", "task_type": "t", "payload": 1, "retry": {"max_attempts": 1}\#(rules)}"#
        var run = try WorkflowTranscript(PlanText.with(steps: step))
        run.takeAndFail("a")
        #expect(run.workflow.status == .escalated)
        return run
    }

    @Test("Who claims it decides it; others may when the claim is over")
    func claim() throws {
        var run = try escalated()
        let claimed = run.handle(1, .claim(.seconds(60)))
        #expect(claimed.outcome == .accepted)
        #expect(claimed.history == ["escalation_claimed a escalation 1 by ann until +1m"])
        #expect(claimed.effects == ["handle escalation 1: version 2"])
        let refused = Outcome.refused(.claimed(by: "ann", until: WorkflowTranscript.start + .seconds(60)))
        #expect(run.handle(1, .claim(.seconds(1)), by: "bob").outcome == refused)
        #expect(run.resolve(1, .skip, by: "bob").outcome == refused)
        #expect(run.handle(1, .release, by: "bob").outcome == refused)
        run.wait(.seconds(30))
        #expect(run.handle(1, .claim(.seconds(60))).history == ["escalation_claimed a escalation 1 by ann until +90s"])
        run.wait(.seconds(60))
        #expect(run.handle(1, .claim(.seconds(60)), by: "bob").outcome == .accepted)
        #expect(run.resolve(1, .skip, by: "bob").outcome == .accepted)
    }

    @Test("A claim that is given back, or that somebody else's name takes away, keeps nobody out")
    func release() throws {
        var run = try escalated()
        #expect(run.handle(1, .release).outcome == .duplicate)
        run.handle(1, .claim(.seconds(60)))
        #expect(run.handle(1, .release).history == ["escalation_released a escalation 1 by ann"])
        run.handle(1, .claim(.seconds(60)))
        let reassigned = run.handle(1, .reassign(to: "bob"), by: "eve", reason: "she is ill")
        #expect(reassigned.history == ["escalation_reassigned a escalation 1 by eve because she is ill to bob"])
        #expect(run.state("a").handling.assignee == "bob")
        #expect(run.handle(1, .reassign(to: "bob")).outcome == .duplicate)
        #expect(run.resolve(1, .skip, by: "eve").outcome == .accepted)
    }

    @Test("Comments are counted, and the same one sent again is the same")
    func comments() throws {
        var run = try escalated()
        let said = run.handle(1, .comment("see page 3"))
        #expect(said.effects == ["handle escalation 1: version 2, ann says see page 3"])
        #expect(run.handle(1, .comment("see page 3")).outcome == .duplicate)
        #expect(run.handle(1, .comment("see page 3"), by: "bob").outcome == .accepted)
        for number in 3...Handling.commentLimit { run.handle(1, .comment("\(number)")) }
        let limit = Handling.commentLimit
        #expect(run.handle(1, .comment("more")).outcome == .refused(.tooManyComments(limit: limit)))
    }

    @Test("Whoever says what was seen acts on nothing else")
    func versions() throws {
        var run = try escalated()
        #expect(run.handle(1, .comment("a"), version: 1).outcome == .accepted)
        #expect(run.handle(1, .comment("b"), version: 1).outcome == .refused(.changedSince(version: 2)))
        #expect(run.resolve(1, .skip, version: 1).outcome == .refused(.changedSince(version: 2)))
        #expect(run.resolve(1, .skip, version: 2).outcome == .accepted)
        #expect(run.handle(1, .comment("b")).outcome == .refused(.alreadyResolved))
        #expect(run.handle(2, .comment("b")).outcome == .refused(.unknownEscalation))
    }

    @Test("Where two have to agree, the second who decides the same resolves it")
    func quorum() throws {
        var run = try escalated(#", "escalation": {"quorum": 2, "assignee": "law"}"#)
        #expect(run.state("a").handling.assignee == "law")
        let vote = run.resolve(1, .complete(result: "[1]"), by: "ann", reason: "fine")
        #expect(vote.history == ["escalation_voted a escalation 1 complete by ann because fine"])
        #expect(run.resolve(1, .complete(result: "[1.0]"), by: "ann").outcome == .duplicate)
        #expect(run.resolve(1, .skip, by: "bob").outcome == .accepted)
        #expect(run.workflow.status == .escalated)
        run.handle(1, .claim(.seconds(60)), by: "eve")
        let decided = run.resolve(1, .complete(result: "[1.0]"), by: "bob")
        #expect(
            decided.history.prefix(2) == [
                "escalation_voted a escalation 1 complete by bob", "escalation_resolved a escalation 1 complete by bob",
            ])
        #expect(run.workflow.status == .completed)
    }

    @Test("Votes have limits, as they are stored with their step")
    func voteLimits() throws {
        var run = try escalated(#", "escalation": {"quorum": 16}"#)
        let long = JSONText(unchecked: Array("\"\(String(repeating: "a", count: Handling.voteBytes))\"".utf8))
        #expect(
            run.resolve(1, .complete(result: long)).outcome == .refused(.voteTooLong(limit: Handling.voteBytes)))
        for number in 1...Handling.voteLimit {
            let result = JSONText(unchecked: Array("\(number)".utf8))
            #expect(run.resolve(1, .complete(result: result), by: "\(number)").outcome == .accepted)
        }
        #expect(run.resolve(1, .skip).outcome == .refused(.tooManyVotes(limit: Handling.voteLimit)))
    }

    @Test("A task that no agent took in time says so")
    func noAgent() throws {
        let text = PlanText.with(steps: #"{"id": "a", "task_type": "t", "queue_timeout": "5s"}"#)
        let plan = try Plan(try JSONText(validating: Array(text.utf8)))
        let start = WorkflowTranscript.start
        var (workflow, _) = Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: "null", at: start)
        let kinds = workflow.apply(.clock, at: start + .seconds(5)).effects.compactMap { effect in
            if case .openEscalation(let escalation) = effect { escalation.cause.kind } else { nil }
        }
        #expect(kinds == [.noAgent])
    }
}
