import Testing
import WorkflowCore

/// Notes to whoever works on a task.
@Suite("Guidance")
struct GuidanceTests {
    private static let plan = PlanText.only(#""timeout": "1h", "retry": {"max_attempts": 3, "initial_backoff": "1s"}"#)

    @Test("The agent that has the task is told, and the note is shown until it is acknowledged")
    func running() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.take("only")
        let told = run.guide("only", "use the other file")
        #expect(told.effects == ["guide ada at step 0: 1 use the other file"])
        #expect(told.history == ["step_guided only by ada by ops because use the other file"])
        run.guide("only", "and hurry")
        #expect(run.state("only").long.guidance.map(\.number) == [1, 2])
        let first = run.acknowledge("only", through: 1)
        #expect(first.effects == ["forget [1] for ada at step 0"])
        #expect(first.history == ["guidance_acknowledged only #1 by ada"])
        #expect(run.acknowledge("only", through: 1).outcome == .duplicate)
        #expect(run.state("only").long.guidance.map(\.number) == [2])
        // A later note has a number of its own.
        run.acknowledge("only", through: 2)
        #expect(run.guide("only", "more").effects == ["guide ada at step 0: 3 more"])
    }

    @Test("Whoever takes the task later is told what nobody has acknowledged")
    func later() throws {
        var run = try WorkflowTranscript(Self.plan)
        #expect(run.guide("only", "early").effects.isEmpty)
        #expect(run.take("only").effects == ["guide ada at step 0: 1 early"])
        run.fail("only", retryAfter: .zero)
        #expect(run.take("only", by: .bob).effects == ["guide bob at step 0: 1 early"])
        run.complete("only", by: .bob)
        #expect(!run.state("only").hasLongWork)
    }

    @Test("The same note sent again is not another one, and a task that nobody works on takes none")
    func refused() throws {
        var run = try WorkflowTranscript(
            PlanText.with(
                steps: #"{"id": "first", "task_type": "a"}, {"id": "second", "task_type": "a", "after": ["first"]}"#))
        #expect(run.guide("second", "x").outcome == .refused(.notOpen(.pending)))
        run.take("first")
        run.guide("first", "x")
        #expect(run.guide("first", "x").outcome == .duplicate)
        run.complete("first")
        #expect(
            run.guide("first", "y").outcome
                == .refused(.alreadyAnswered(acceptedAttempt: 1, status: .completed)))
    }

    @Test("No more notes wait than may")
    func limit() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.take("only")
        for number in 1...Guidance.limit { #expect(run.guide("only", "note \(number)").outcome == .accepted) }
        #expect(run.guide("only", "one more").outcome == .refused(.tooMuchGuidance(limit: Guidance.limit)))
        run.acknowledge("only", through: 1)
        #expect(run.guide("only", "one more").outcome == .accepted)
    }

    @Test("Only the agent that has the task acknowledges")
    func others() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.take("only")
        run.guide("only", "x")
        #expect(run.acknowledge("only", through: 1, by: .bob).outcome == .refused(.notHeld))
    }
}
