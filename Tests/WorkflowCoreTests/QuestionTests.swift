import JSON
import Testing
import WorkflowCore

/// What an agent asks in place of a result.
@Suite("Questions")
struct QuestionTests {
    private static let steps = """
        {"id": "a", "task_type": "t", "payload": 1, "retry": {"max_attempts": 2, "initial_backoff": "0ms"}},
        {"id": "b", "task_type": "t", "after": ["a"], "payload": "${steps.a.result}"}
        """
    private static let which = Question("which?", options: [#""x""#, #"{"n": 1, "m": [2]}"#], context: "[1]")

    private func asked(_ question: Question = which) throws -> WorkflowTranscript {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps))
        run.takeAndAsk("a", question)
        return run
    }

    @Test("A question parks the task: it leaves its queue, and waits for a person and nothing else")
    func parks() throws {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps))
        run.take("a")
        let happened = run.ask("a", Self.which)
        #expect(happened.outcome == .accepted)
        #expect(happened.effects == ["dequeue step 0", "open escalation 1 of a: which?, 1 attempts, payload 1"])
        #expect(
            happened.history == [
                "escalation_opened a #1 by ada escalation 1 because which?", "workflow_escalated",
            ])
        #expect(run.statuses == "a escalated, b pending")
        #expect(run.state("a").failure == nil, "a question is not a failure")
        #expect(run.nextDeadline == nil)
    }

    @Test("The answer makes another attempt, which has it beside the payload")
    func answered() throws {
        var run = try asked()
        let happened = run.resolve(1, .answer(#""x""#), reason: "it says so")
        #expect(
            happened.effects == [
                #"close escalation 1: answer "x" by ops"#, #"enqueue a #2 1 answers which? = "x""#,
            ])
        #expect(
            happened.history == [
                "escalation_resolved a escalation 1 answer by ops because it says so", "step_queued a #2",
                "workflow_resumed",
            ])
        #expect(run.work("a", result: "7").effects.last == "enqueue b #1 7", "the next step was asked nothing")
    }

    @Test("A question does not count as an attempt that failed; after it the waits go on as before")
    func isNoFailure() throws {
        var run = try asked(Question("1?"))
        run.resolve(1, .answer("1"))
        run.takeAndFail("a")
        #expect(run.statuses == "a queued, b pending")
        run.takeAndAsk("a", Question("2?"))
        #expect(run.resolve(2, .answer("2")).effects.last == "enqueue a #4 1 answers 1? = 1, 2? = 2")
        #expect(run.takeAndFail("a").effects.last == "open escalation 3 of a: broken, 4 attempts, payload 1")
    }

    @Test("Later attempts have the answers as well")
    func laterAttempts() throws {
        var run = try asked(Question("1?"))
        run.resolve(1, .answer("1"))
        run.take("a", by: .bob)
        #expect(run.lose(.bob, holding: "a").effects.last == "enqueue a #3 1 answers 1? = 1")
    }

    @Test("The same question sent again is a duplicate, even when it has been answered or the workflow has ended")
    func duplicates() throws {
        var run = try asked()
        #expect(run.ask("a", Self.which).outcome == .duplicate)
        #expect(run.ask("a", Question("which?")).outcome == .refused(.attemptOver(current: 1)))
        run.resolve(1, .answer(#""x""#))
        #expect(run.ask("a", Self.which, attempt: 1).outcome == .duplicate)
        run.cancel()
        #expect(run.ask("a", Self.which, attempt: 1).outcome == .duplicate)
        #expect(
            run.ask("a", Question("else?"), attempt: 1).outcome
                == .refused(.alreadyAnswered(acceptedAttempt: nil, status: .cancelled)))
    }

    @Test("Only who holds the current attempt may ask")
    func held() throws {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps))
        run.take("a")
        #expect(run.ask("a", Self.which, by: .bob).outcome == .refused(.notHeld))
        run.fail("a")
        #expect(run.ask("a", Self.which, attempt: 1).outcome == .refused(.attemptOver(current: 2)))
    }

    @Test("An answer is one of the options, however it is written, if there are any")
    func options() throws {
        var run = try asked()
        #expect(run.resolve(1, .answer(#""y""#)).outcome == .refused(.notAnOption(Self.which.options)))
        #expect(run.workflow.status == .escalated)
        #expect(run.resolve(1, .answer(#"{"m":[2.0],"n":1}"#)).outcome == .accepted)
    }

    @Test("Only a question is answered; it may also be resolved like any other escalation")
    func otherActions() throws {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps))
        run.takeAndFail("a", retryable: false)
        #expect(run.resolve(1, .answer("1")).outcome == .refused(.notAQuestion))
        run.resolve(1, .retry(payload: nil))
        run.takeAndAsk("a", Self.which)
        #expect(run.resolve(2, .retry(payload: "2")).effects.last == "enqueue a #3 2")
        run.takeAndAsk("a", Self.which)
        #expect(run.resolve(3, .complete(result: "3")).effects.last == "enqueue b #1 3")
    }

    @Test("A step asks so often and no more; its attempt goes on")
    func limit() throws {
        var run = try asked(Question("0?"))
        for number in 1..<Question.limit {
            run.resolve(number, .answer("1"))
            #expect(run.takeAndAsk("a", Question("\(number)?")).outcome == .accepted)
        }
        run.resolve(Question.limit, .answer("1"))
        let refused = run.takeAndAsk("a", Question("more?"))
        #expect(refused.outcome == .refused(.tooManyQuestions(limit: Question.limit)))
        #expect(run.complete("a").outcome == .accepted)
    }

    @Test("All answers to a step have a limit together")
    func long() throws {
        let half = JSONText(.string(String(repeating: "x", count: Question.answersLimit / 2)))
        var run = try asked(Question("1?"))
        #expect(run.resolve(1, .answer(half)).outcome == .accepted)
        run.takeAndAsk("a", Question("2?"))
        #expect(run.resolve(2, .answer(half)).outcome == .refused(.answersTooLong(limit: Question.answersLimit)))
        #expect(run.resolve(2, .answer("1")).outcome == .accepted)
    }

    @Test("A result of the attempt that asked still counts, and closes the question")
    func lateResult() throws {
        var run = try asked()
        let happened = run.complete("a", result: "7")
        #expect(
            happened.effects == ["close escalation 1: answered", "result of step 0 is 7", "enqueue b #1 7"])
    }
}
