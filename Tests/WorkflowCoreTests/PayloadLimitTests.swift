import JSON
import Testing
import WorkflowCore

/// Payloads are copies: without a bound a small plan and a large input would fill any memory.
@Suite("How much a workflow may put before its agents", .timeLimit(.minutes(1)))
struct PayloadLimitTests {
    private static let mebibyte = #"{"document": "\#(String(repeating: "x", count: 1 << 20))"}"#
    private static let limit = Workflow.maximumRenderedBytes

    private func start(_ steps: [String], _ fields: String = "", input: String = Self.mebibyte) throws -> Workflow {
        let plan = try Plan(
            JSONText(validating: Array(PlanText.with(steps: steps.joined(separator: ","), fields).utf8)))
        return Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: JSONText(unchecked: Array(input.utf8)),
            at: WorkflowTranscript.start
        ).workflow
    }

    private func copies(_ count: Int, _ fields: String = #", "payload": "${input.document}""#) -> [String] {
        (0..<count).map { #"{"id": "s\#($0)", "task_type": "t"\#(fields)}"# }
    }

    private func count(_ status: StepStatus, in workflow: Workflow) -> Int {
        workflow.steps.count { $0.status == status }
    }

    @Test(
        "Ten thousand steps that each copy a mebibyte fail where the limit is, and quickly",
        arguments: [#", "payload": "${input.document}""#, #", "payload": {"text": ["${input}"]}"#, ""])
    func wide(fields: String) throws {
        var workflow: Workflow?
        let duration = try ContinuousClock().measure { workflow = try start(copies(10_000, fields)) }
        let started = try #require(workflow)
        #expect(count(.queued, in: started) == 63)
        #expect(count(.escalated, in: started) == 9937)
        let failure = try #require(started.steps.last?.failure)
        #expect(failure.code == "expression_failed")
        #expect(
            failure.message
                == "'payload': with it the payloads of this workflow's open tasks would have more than 64 MiB")
        #expect(duration < .seconds(20), "\(duration)")
    }

    @Test("An escalation whose payload is too much is shown without it")
    func escalations() throws {
        let plan = try Plan(
            JSONText(validating: Array(PlanText.with(steps: copies(100).joined(separator: ",")).utf8)))
        let (_, transition) = Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: JSONText(unchecked: Array(Self.mebibyte.utf8)),
            at: WorkflowTranscript.start)
        var bytes = 0
        var questions = 0
        for effect in transition.effects {
            if case .enqueue(let dispatch) = effect { bytes += dispatch.payload.bytes.count }
            if case .openEscalation(let escalation) = effect {
                #expect(escalation.payload == nil)
                questions += 1
            }
        }
        #expect(bytes <= Self.limit)
        #expect(questions == 37)
    }

    @Test("A task that ends makes room for the next one, and a retry takes its own place")
    func room() throws {
        var workflow = try start(copies(64))
        let now = WorkflowTranscript.start
        #expect(count(.escalated, in: workflow) == 1)
        _ = workflow.apply(.step(0, .taken(attempt: 1, by: .ada, at: now)), at: now)
        _ = workflow.apply(.step(0, .agentGone(attempt: 1, .ada, reason: "gone")), at: now)
        #expect(workflow.steps[0].status == .queued)
        let retry = Event.resolve(escalation: 1, Resolution(.retry(payload: nil), by: "ops"))
        _ = workflow.apply(retry, at: now)
        #expect(workflow.steps[63].status == .escalated)
        _ = workflow.apply(.step(1, .taken(attempt: 1, by: .ada, at: now)), at: now)
        _ = workflow.apply(.step(1, .completed(attempt: 1, by: .ada, result: "1")), at: now)
        _ = workflow.apply(.resolve(escalation: 2, Resolution(.retry(payload: nil), by: "ops")), at: now)
        #expect(workflow.steps[63].status == .queued)
    }

    @Test("What a workflow has open is known again from its checkpoint")
    func restored() throws {
        let workflow = try start(copies(64))
        var again = try Workflow(
            id: workflow.id, plan: workflow.plan, input: workflow.input, checkpoint: workflow.checkpoint)
        #expect(again.steps == workflow.steps)
        let now = WorkflowTranscript.start
        _ = again.apply(.resolve(escalation: 1, Resolution(.retry(payload: nil), by: "ops")), at: now)
        #expect(again.steps[63].status == .escalated)
    }

    @Test("One payload that names a large value often is given up before it is made")
    func amplified() throws {
        let values = (0..<50_000).map { _ in #""${input.document}""# }.joined(separator: ",")
        let step = #"{"id": "only", "task_type": "t", "on_exhausted": "fail", "payload": [\#(values)]}"#
        #expect(try start([step]).failure?.code == "expression_failed")
        let text = (0..<50_000).map { _ in "${input.document}" }.joined()
        let joined = #"{"id": "only", "task_type": "t", "on_exhausted": "fail", "payload": "\#(text)"}"#
        #expect(try start([joined]).failure?.code == "expression_failed")
    }

    @Test("An output has the same limit, be it written or left out")
    func output() throws {
        let values = (0..<100).map { _ in #""${input.document}""# }.joined(separator: ",")
        let skipped = [#"{"id": "only", "task_type": "t", "when": "`false`"}"#]
        let workflow = try start(skipped, #""output": [\#(values)]"#)
        #expect(workflow.status == .failed)
        #expect(workflow.failure?.message == "'output': it would have more than 64 MiB")

        var results = try start(copies(70, #", "payload": 1"#), input: "null")
        let now = WorkflowTranscript.start
        let result = JSONText(unchecked: Array(Self.mebibyte.utf8))
        for step in 0..<70 {
            _ = results.apply(.step(step, .taken(attempt: 1, by: .ada, at: now)), at: now)
            _ = results.apply(.step(step, .completed(attempt: 1, by: .ada, result: result)), at: now)
        }
        #expect(results.status == .failed)
        #expect(results.failure?.message == "'output': it would have more than 64 MiB")
    }

    @Test("An agent that moves its deadline again and again does not make the workflow larger")
    func movedDeadlines() throws {
        var workflow = try start([#"{"id": "only", "task_type": "t"}"#], input: "null")
        let now = WorkflowTranscript.start
        _ = workflow.apply(.step(0, .taken(attempt: 1, by: .ada, at: now)), at: now)
        for number in 1...5000 {
            let report = ProgressReport(extend: .seconds(3600 + number))
            _ = workflow.apply(.step(0, .progressed(attempt: 1, by: .ada, report)), at: now)
        }
        #expect(workflow.nextDeadline() == now + .seconds(8600))
        #expect(workflow.deadlineCount <= 70)
    }
}
