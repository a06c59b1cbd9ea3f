import JSON
import TestKit
import Testing
import WorkflowCore

/// Random events over random plans. The transcript checks the invariants and the restored twin after each of them;
/// here the whole is played again at the end.
@Suite("Random walks", .timeLimit(.minutes(1)))
struct RandomWalkTests {
    @Test("Whatever comes, in whatever order, the invariants hold", arguments: UInt64(1)...120)
    func walk(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var run = try WorkflowTranscript(RandomPlan.text(&generator), input: RandomPlan.input)
        for _ in 0..<40 { step(&run, &generator) }
        try expectTheSameAgain(run)
    }

    /// One that ends: agents go on answering, time passes, and a human resolves what is asked.
    @Test("Every workflow ends when its agents and its human go on answering", arguments: UInt64(1)...60)
    func ends(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &* 0x1_0001)
        var run = try WorkflowTranscript(RandomPlan.text(&generator), input: RandomPlan.input)
        for _ in 0..<10 { step(&run, &generator) }
        var rounds = 0
        while !run.workflow.status.isTerminal, rounds < 200 {
            rounds += 1
            for (ordinal, state) in run.workflow.steps.enumerated() where !state.status.isEnded {
                let id = run.workflow.plan.steps[ordinal].id
                if state.status == .queued { run.work(id, result: "1") }
                if state.status == .running, let agent = state.attempt?.agent {
                    run.complete(id, by: agent, result: "1")
                }
                if let number = run.state(id).escalation {
                    // Whoever has claimed it may have gone.
                    run.handle(number, .reassign(to: nil))
                    run.resolve(number, .complete(result: "1"))
                }
            }
            run.wait(.seconds(10))
        }
        #expect(run.workflow.status.isTerminal, "still \(run.workflow.status): \(run.statuses)")
    }

    private func expectTheSameAgain(_ run: WorkflowTranscript) throws {
        var (again, _) = Workflow.start(
            id: run.workflow.id, plan: run.workflow.plan, input: run.workflow.input, at: WorkflowTranscript.start)
        for (event, at) in run.events { _ = again.apply(event, at: at) }
        #expect(again.checkpoint.head == run.workflow.checkpoint.head)
        #expect(again.steps == run.workflow.steps)
        #expect(again.results == run.workflow.results)
        #expect(again.output == run.workflow.output)
    }

    private func step(_ run: inout WorkflowTranscript, _ generator: inout SeededGenerator) {
        let ordinal = run.workflow.plan.steps.indices.randomElement(using: &generator) ?? 0
        let id = run.workflow.plan.steps[ordinal].id
        let state = run.state(id)
        // Mostly somebody who may, mostly about the current attempt.
        let anyone = [AgentID.ada, .bob, .eve].randomElement(using: &generator) ?? .ada
        let agent = generator.once(in: 4) ? anyone : state.attempt?.agent ?? anyone
        let attempt = (state.attempt?.number ?? 0) - (generator.once(in: 5) ? 1 : 0)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<30: run.take(id, by: agent, attempt: attempt)
        case 30..<45: run.complete(id, by: agent, attempt: attempt, result: "\(run.events.count)")
        case 45..<58:
            let wait = generator.once(in: 4) ? Duration.seconds(3) : nil
            run.fail(id, by: agent, attempt: attempt, retryable: !generator.once(in: 4), retryAfter: wait)
        case 58..<62: run.ask(id, Question("which?", options: ["1", "2"]), by: agent, attempt: attempt)
        case 62..<65: run.lose(agent, holding: id, attempt: attempt)
        case 65..<70:
            let extend = generator.once(in: 2) ? Duration.seconds(8) : nil
            run.report(id, by: agent, attempt: attempt, ProgressReport(percent: 1, extend: extend))
        case 70..<85: run.wait(.milliseconds(Int64.random(in: 0...9000, using: &generator)))
        case 85..<89:
            run.sleepThrough(.seconds(Int64.random(in: 1...30, using: &generator)))
            run.apply(.clock)
        case 89..<95: resolve(&run, &generator)
        case 95..<99: handle(&run, &generator)
        default: run.cancel()
        }
    }

    private func handle(_ run: inout WorkflowTranscript, _ generator: inout SeededGenerator) {
        let number = Int.random(in: 0...run.workflow.escalationCount + 1, using: &generator)
        let kinds: [HandlingAct.Kind] = [
            .claim(.seconds(3)), .claim(.seconds(60)), .release, .reassign(to: "bob"), .reassign(to: nil),
            .comment("a"),
        ]
        let person = ["ann", "ops"].randomElement(using: &generator) ?? "ops"
        run.handle(number, kinds.randomElement(using: &generator) ?? .release, by: person)
    }

    private func resolve(_ run: inout WorkflowTranscript, _ generator: inout SeededGenerator) {
        let number = Int.random(in: 0...run.workflow.escalationCount + 1, using: &generator)
        let actions: [Resolution.Action] = [
            .retry(payload: nil), .retry(payload: "{}"), .complete(result: "true"), .skip, .fail,
            .answer("2"), .answer("1.0"), .answer("3"),
        ]
        run.resolve(number, actions.randomElement(using: &generator) ?? .skip)
    }
}
