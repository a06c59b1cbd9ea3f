import JSON
import Testing
import WorkflowCore

/// A transition's cost follows what it changes, not the size of the plan.
@Suite("A fan-out of 10,000 steps", .timeLimit(.minutes(1)))
struct FanOutTests {
    private static let width = 9998

    private func started() throws -> Workflow {
        let leaves = (0..<Self.width).map { #"{"id": "s\#($0)", "task_type": "t", "after": ["root"], "payload": 1}"# }
        let names = (0..<Self.width).map { #""s\#($0)""# }.joined(separator: ",")
        let join = #"{"id": "join", "task_type": "t", "after": [\#(names)], "payload": 2}"#
        let steps = ([#"{"id": "root", "task_type": "t"}"#] + leaves + [join]).joined(separator: ",")
        let plan = try Plan(JSONText(validating: Array(PlanText.with(steps: steps).utf8)))
        return Workflow.start(id: WorkflowTranscript.id, plan: plan, input: "{}", at: WorkflowTranscript.start).workflow
    }

    private func work(_ step: Int, _ workflow: inout Workflow) -> Transition {
        let now = WorkflowTranscript.start
        let taken = workflow.apply(.step(step, .taken(attempt: 1, by: .ada, at: now)), at: now)
        #expect(taken.changedSteps == [step])
        return workflow.apply(.step(step, .completed(attempt: 1, by: .ada, result: "1")), at: now)
    }

    @Test("Each answer changes its own step and what it unblocks, and nothing else")
    func linear() throws {
        var workflow = try started()
        let fanned = work(0, &workflow)
        #expect(fanned.changedSteps == Array(0...Self.width))
        var changed = 0
        for step in 1..<Self.width {
            let transition = work(step, &workflow)
            changed += transition.changedSteps.count
            // Off the queue, the result, and its line of history.
            guard transition.effects.count == 3 else {
                Issue.record("\(transition)")
                return
            }
        }
        #expect(changed == Self.width - 1)
        #expect(work(Self.width, &workflow).changedSteps == [Self.width, Self.width + 1])
        #expect(work(Self.width + 1, &workflow).changedSteps == [Self.width + 1])
        #expect(workflow.status == .completed)
    }

    @Test("Twice the plan does not cost twice the transition")
    func independent() throws {
        var large = try started()
        _ = work(0, &large)
        let small = try WorkflowTranscript(
            PlanText.with(steps: #"{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t"}"#))
        var pair = small.workflow
        let clock = ContinuousClock()
        func seconds(_ workflow: inout Workflow, _ step: Int) -> Duration {
            clock.measure {
                for _ in 0..<2000 {
                    _ = workflow.apply(
                        .step(step, .progressed(attempt: 1, by: .eve, ProgressReport())), at: WorkflowTranscript.start)
                }
            }
        }
        let (of2, of10000) = (seconds(&pair, 0), seconds(&large, 5000))
        #expect(of10000 < of2 * 20, "\(of2) with 2 steps, \(of10000) with 10,000")
    }

    @Test("However many steps look at a large input, it is read once")
    func largeInput() throws {
        let steps = (0..<5000).map { step in
            #"{"id": "s\#(step)", "task_type": "t", "when": "input.yes", "payload": "${input.last}"}"#
        }
        let plan = try Plan(JSONText(validating: Array(PlanText.with(steps: steps.joined(separator: ",")).utf8)))
        let list = (0..<20_000).map { "\($0)" }.joined(separator: ",")
        let input = try JSONText(validating: Array(#"{"yes": true, "list": [\#(list)], "last": 7}"#.utf8))
        let (_, transition) = Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: input, at: WorkflowTranscript.start)
        let payloads = transition.effects.compactMap { effect in
            if case .enqueue(let dispatch) = effect { dispatch.payload.string } else { nil }
        }
        #expect(payloads == [String](repeating: "7", count: 5000))
    }
}
