import JSON
import Testing
import WorkflowCore

/// Workflows that a program of somebody else coordinates: it adds steps, and says when they end.
@Suite("External workflows")
struct ExternalTests {
    private static let a = #"{"id": "a", "task_type": "t", "payload": {"n": 1, "m": "${input}"}}"#
    private static let b = #"{"id": "b", "task_type": "t", "after": ["a"], "payload": "${steps.a.result}"}"#
    private static let plan = PlanText.external()

    private func run(_ fields: String = "") throws -> WorkflowTranscript {
        try WorkflowTranscript(PlanText.external(fields), input: "7")
    }

    @Test("One begins without steps, and goes on when all that there are have ended")
    func begins() throws {
        var run = try run()
        #expect(run.workflow.status == .running)
        #expect(run.started.history == ["workflow_started"])
        run.add(Self.a)
        run.work("a")
        #expect(run.workflow.status == .running)
        #expect(run.nextDeadline == nil)
    }

    @Test("A step that is added is stored, and starts; its definition is kept as it was written")
    func add() throws {
        var run = try run()
        let happened = run.add(Self.a)
        #expect(happened.outcome == .accepted)
        #expect(happened.effects == ["step 0 is \(Self.a)", #"enqueue a #1 {"n":1,"m":7}"#])
        #expect(happened.changedSteps == [0])
    }

    @Test("Several are added at once, and may come after each other and after what is there")
    func several() throws {
        var run = try run()
        run.add(Self.a)
        let happened = run.add(#"\#(Self.b), {"id": "c", "task_type": "t", "after": ["b"], "payload": 3}"#)
        #expect(happened.effects.count == 2, "only definitions: nothing of them starts")
        #expect(happened.changedSteps.isEmpty)
        #expect(run.work("a", result: "5").effects.last == "enqueue b #1 5")
        #expect(run.work("b").effects.last == "enqueue c #1 3")
    }

    @Test("A step with a result has ended: its result is stored once, beside its definition")
    func recorded() throws {
        var run = try run()
        let happened = run.add(#"{"id": "a", "result": {"x": [1, 2]}}"#)
        #expect(happened.effects == [#"step 0 is {"id":"a"}"#, #"result of step 0 is {"x": [1, 2]}"#])
        #expect(happened.history == ["step_completed a"])
        #expect(run.add(Self.b).effects.last == #"enqueue b #1 {"x": [1, 2]}"#)
        #expect(run.take("a", attempt: 1).outcome == .refused(.unknownTask))
    }

    @Test("What is there and the same is not added again, however it is written")
    func again() throws {
        var run = try run()
        run.add(Self.a)
        run.add(#"{"id": "r", "result": 1}"#)
        let same = #"{"payload":{"m":"${input}","n":1.0},"task_type":"t","id":"a"}"#
        #expect(run.add(#"\#(same), {"id": "r", "result": 1}"#).outcome == .duplicate)
        run.work("a")
        #expect(run.add(Self.a).outcome == .duplicate)
        #expect(run.add("\(Self.a), \(Self.b)").outcome == .accepted, "the one that is new is added")
        #expect(run.statuses == "a completed, r completed, b queued")
    }

    @Test(
        "What is there and not the same is refused, with the place",
        arguments: [
            (#"{"id": "a", "task_type": "u", "payload": {"n": 1, "m": "${input}"}}"#, "/steps/0/task_type"),
            (#"{"id": "a", "task_type": "t", "payload": {"n": 2, "m": "${input}"}}"#, "/steps/0/payload/n"),
            (#"{"id": "a", "task_type": "t"}"#, "/steps/0/payload"),
            (#"{"id": "a", "result": 1}"#, "/steps/0/result"),
            (#"{"id": "new", "result": 1}, {"id": "r", "result": [1, 3]}"#, "/steps/1/result/1"),
            (#"{"id": "r", "task_type": "t"}"#, "/steps/0/task_type"),
        ])
    func differs(_ steps: String, _ pointer: String) throws {
        var run = try run()
        run.add(#"\#(Self.a), {"id": "r", "result": [1, 2]}"#)
        let id = pointer.contains("result/1") || steps.contains(#""r""#) ? "r" : "a"
        #expect(run.add(steps).outcome == .refused(.stepDiffers(id: id, pointer: pointer)))
        #expect(run.workflow.steps.count == 2, "all or nothing")
    }

    @Test(
        "What is wrong with added steps is told, with all places; nothing is added",
        arguments: [
            (#"{"id": "x"}"#, "/steps/0", "exactly one of the fields that say its kind: 'task_type', 'result'"),
            (#"{"id": "x", "task_type": "t", "result": 1}"#, "/steps/0", "exactly one of the fields"),
            (#"{"id": "x", "task_type": "t", "after": ["y"]}"#, "/steps/0/after/0", "no step is called 'y'"),
            (
                #"{"id": "x", "task_type": "t", "after": ["y"]}, {"id": "y", "result": 1}"#, "/steps/0/after/0",
                "no step is called 'y'"
            ),
            (#"{"id": "x", "task_type": "t", "after": ["x"]}"#, "/steps/0/after/0", "no step is called 'x'"),
            (#"{"id": "x", "result": 1}, {"id": "x", "result": 1}"#, "/steps/1/id", "the id of another step"),
            (
                #"{"id": "x", "task_type": "t", "payload": "${steps.a.result}"}"#, "/steps/0/payload",
                "add 'a' to 'after'"
            ),
            (#"{"id": "x", "task_type": "t", "when": "steps.x.result"}"#, "/steps/0/when", "this step itself"),
            (#"{"id": "x", "result": 1, "when": "input"}"#, "/steps/0/when", "has been done"),
            (#"{"id": "x", "result": 1, "after": ["a"]}"#, "/steps/0/after/0", "steps that have ended only"),
            (#"{"id": "x", "result": 1, "payload": 1}"#, "/steps/0/payload", "no field is called 'payload'"),
            ("7", "/steps/0", "expected an object"),
        ])
    func invalid(_ steps: String, _ pointer: String, _ says: String) throws {
        var run = try run()
        run.add(Self.a)
        guard case .refused(.invalidSteps(let problems)) = run.add(steps).outcome else {
            Issue.record("it was taken")
            return
        }
        #expect(problems.contains { $0.pointer == pointer && $0.detail.contains(says) }, "\(problems)")
        #expect(run.workflow.steps.count == 1)
    }

    @Test("An expression may look at any step that has ended")
    func references() throws {
        var run = try run()
        run.add(Self.a)
        run.work("a", result: "4")
        #expect(
            run.add(#"{"id": "x", "task_type": "t", "payload": "${steps.a.result}"}"#).effects.last == "enqueue x #1 4")
        #expect(run.add(#"{"id": "y", "result": 1, "after": ["a"]}"#).outcome == .accepted)
    }

    @Test("All else is as in any workflow: attempts, escalations, conditions, the deadline")
    func sameCore() throws {
        var run = try run(#""deadline": "1h""#)
        run.add(#"{"id": "a", "task_type": "t", "retry": {"max_attempts": 1}}, {"id": "z", "result": 1}"#)
        run.takeAndFail("a")
        #expect(run.workflow.status == .escalated)
        run.resolve(1, .skip)
        #expect(run.workflow.status == .running)
        run.add(#"{"id": "b", "task_type": "t", "when": "steps.a.status == 'completed'"}"#)
        #expect(run.statuses == "a skipped, z completed, b skipped")
        run.wait(.seconds(3600))
        #expect(run.workflow.failure?.code == Failure.deadlineCode)
    }

    @Test("A step with a result that came with one that failed the workflow is the same when it comes again")
    func failedBesideIt() throws {
        var run = try run()
        let fails = #"{"id": "a", "task_type": "t", "payload": "${sum(input)}", "on_exhausted": "fail"}"#
        let steps = #"\#(fails), {"id": "r", "result": 1}"#
        #expect(run.add(steps).outcome == .accepted)
        #expect(run.statuses == "a failed, r cancelled")
        #expect(run.add(steps).outcome == .duplicate)
    }

    @Test("The program completes it with an output, and what is open is cancelled")
    func complete() throws {
        var run = try run()
        run.add(Self.a)
        let happened = run.finish(.completed(output: "[1]"))
        #expect(happened.effects == ["output is [1]", "dequeue step 0"])
        #expect(happened.history == ["step_cancelled a", "workflow_completed"])
        #expect(run.workflow.status == .completed)
        #expect(run.finish(.completed(output: "[ 1.0 ]")).outcome == .duplicate)
        #expect(run.finish().outcome == .duplicate)
        #expect(run.finish(.completed(output: "2")).outcome == .refused(.workflowEnded(.completed)))
        #expect(run.finish(.failed(Failure(code: "x", message: ""))).outcome == .refused(.workflowEnded(.completed)))
        #expect(run.add(Self.a).outcome == .duplicate)
        #expect(run.add(Self.b).outcome == .refused(.workflowEnded(.completed)))
    }

    @Test("Without an output it gives what its plan says, or all results")
    func defaultOutput() throws {
        var run = try run()
        run.add(#"{"id": "a", "result": 1}, {"id": "b", "result": 2}"#)
        run.finish()
        #expect(run.workflow.output == #"{"a":1,"b":2}"#)
        var other = try self.run(#""output": {"from": "${input}"}"#)
        other.finish()
        #expect(other.workflow.output == #"{"from":7}"#)
    }

    @Test("The program fails it")
    func fail() throws {
        var run = try run()
        let failure = Failure(code: "no_sources", message: "nothing was found")
        #expect(run.finish(.failed(failure)).history == ["workflow_failed (no_sources: nothing was found)"])
        #expect(run.finish(.failed(failure)).outcome == .duplicate)
    }

    @Test("An ordinary workflow takes no steps, and ends by itself only")
    func ordinary() throws {
        var run = try WorkflowTranscript(PlanText.only())
        #expect(run.add(Self.a).outcome == .refused(.notExternal))
        #expect(run.finish().outcome == .refused(.notExternal))
        run.work("only")
        #expect(run.add(Self.a).outcome == .refused(.notExternal))
        #expect(run.finish().outcome == .refused(.notExternal))
    }

    @Test("No more steps than a plan may have, nor more bytes of definitions")
    func limits() throws {
        var run = try run()
        let many = (0..<9_999).map { #"{"id": "s\#($0)", "result": 1}"# }
        run.add(many.joined(separator: ","))
        #expect(run.add(#"{"id": "last", "result": 1}"#).outcome == .accepted)
        guard case .refused(.invalidSteps(let problems)) = run.add(#"{"id": "more", "result": 1}"#).outcome else {
            Issue.record("it was taken")
            return
        }
        #expect(problems.map(\.pointer) == ["/steps"])
        #expect(problems[0].detail.contains("10001 steps, more than the limit of 10000"))

        var other = try self.run()
        let long = String(repeating: "x", count: PlanLimits().addedBytes / 2)
        #expect(other.add(#"{"id": "a", "task_type": "t", "payload": "\#(long)"}"#).outcome == .accepted)
        guard
            case .refused(.invalidSteps(let problems)) =
                other.add(#"{"id": "b", "task_type": "t", "payload": "\#(long)"}"#).outcome
        else {
            Issue.record("it was taken")
            return
        }
        #expect(problems[0].detail.contains("more than 16 MiB"))
    }

    @Test("An end that was stored in part is finished as it was meant", arguments: [true, false])
    func resumes(_ isCompleted: Bool) throws {
        var run = try run()
        run.add(#"\#(Self.a), {"id": "z", "task_type": "t"}"#)
        run.finish(isCompleted ? .completed(output: "1") : .failed(Failure(code: "x", message: "y")))
        var half = run.workflow.checkpoint
        half.head = run.workflow.checkpointHead(ended: false)
        half.steps[1] = nil
        var plan = try Plan(JSONText(validating: Array(Self.plan.utf8)))
        for definition in [Self.a, #"{"id": "z", "task_type": "t"}"#] { try plan.append(stored: definition.json) }
        var restored = try Workflow(id: run.workflow.id, plan: plan, input: "7", checkpoint: half)
        #expect(restored.status == .running)
        _ = restored.resume(at: run.now)
        #expect(restored.status == run.workflow.status)
        #expect(restored.failure == run.workflow.failure)
        #expect(restored.output == run.workflow.output)
        #expect(restored.steps.allSatisfy { $0.status.isEnded })
    }

    @Test("Steps that were stored and not started are started")
    func resumesAdding() throws {
        var run = try run()
        run.add(Self.a)
        var half = run.workflow.checkpoint
        half.steps = [:]
        var restored = try Workflow(id: run.workflow.id, plan: run.workflow.plan, input: "7", checkpoint: half)
        let happened = Happened(restored.resume(at: run.now), since: WorkflowTranscript.start)
        #expect(happened.effects == [#"enqueue a #1 {"n":1,"m":7}"#])
    }
}

extension String {
    fileprivate var json: JSONText { JSONText(unchecked: Array(utf8)) }
}
