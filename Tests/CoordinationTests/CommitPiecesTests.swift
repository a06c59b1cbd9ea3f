import JSON
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Transitions in pieces")
struct CommitPiecesTests {
    private static let beginning = Instant(milliseconds: 1_800_000_000_000)
    private static let agent = AgentID(token: RandomToken(high: 1, low: 1))

    private func started(
        _ plan: String, input: String = "null"
    ) throws -> (workflow: Workflow, transition: Transition) {
        let plan = try Plan(JSONText(validating: Array(plan.utf8)))
        let id = WorkflowID(partition: 0, token: RandomToken(high: 1, low: 2))
        return Workflow.start(
            id: id, plan: plan, input: JSONText(unchecked: Array(input.utf8)), at: Self.beginning)
    }

    private func pieces(_ transition: Transition, of workflow: Workflow) -> [CommitPiece] {
        CommitPieces.of(effects: transition.effects, changedSteps: transition.changedSteps, in: workflow)
    }

    /// The workflow after its first step, and the pieces of that.
    private func completed(
        _ plan: String
    ) throws -> (workflow: Workflow, transition: Transition, pieces: [CommitPiece]) {
        var (workflow, _) = try started(plan)
        _ = workflow.apply(.step(0, .taken(attempt: 1, by: Self.agent, at: Self.beginning)), at: Self.beginning)
        let event = Event.step(0, .completed(attempt: 1, by: Self.agent, result: .null))
        let transition = workflow.apply(event, at: Self.beginning)
        return (workflow, transition, pieces(transition, of: workflow))
    }

    @Test("Added steps are stored in their order before anything else of them, and those that were done are whole")
    func additions() throws {
        var (workflow, _) = try started(#"{"name": "test", "coordinator": "external"}"#)
        let steps = (0..<900).map { step in
            let work = step.isMultiple(of: 3) ? #""result": \#(step)"# : #""task_type": "work", "payload": 1"#
            return #"{"id": "s\#(step)", \#(work)}"#
        }
        let text = JSONText(unchecked: Array("[\(steps.joined(separator: ","))]".utf8))
        let transition = workflow.apply(.add(steps: text), at: Self.beginning)
        #expect(transition.outcome == .accepted)
        let pieces = pieces(transition, of: workflow)
        #expect(pieces.count > 2)
        var (known, done) = (0, Set<Int>())
        for piece in pieces {
            for effect in piece.effects {
                switch effect {
                case .addStep(let step, _):
                    #expect(step == known)
                    known += 1
                case .saveResult(let step, _): done.insert(step)
                default: break
                }
            }
            for step in piece.steps { #expect(step < known, "what is stored of a step follows its definition") }
            for step in stride(from: 0, to: known, by: 3) {
                #expect(done.contains(step), "a result is stored with its definition")
            }
        }
        #expect(known == 900)
    }

    @Test("A completing that cancels much stores the output first, and what it will be")
    func completing() throws {
        var (workflow, _) = try started(#"{"name": "test", "coordinator": "external"}"#)
        let steps = (0..<900).map { #"{"id": "s\#($0)", "task_type": "work"}"# }.joined(separator: ",")
        _ = workflow.apply(.add(steps: JSONText(unchecked: Array("[\(steps)]".utf8))), at: Self.beginning)
        let transition = workflow.apply(.finish(.completed(output: "1")), at: Self.beginning)
        let pieces = pieces(transition, of: workflow)
        #expect(pieces.count > 1)
        #expect(pieces[0].effects.first == .saveOutput("1"))
        #expect(workflow.checkpointHead(ended: false).string.contains(#""status":"running""#))
        #expect(workflow.checkpointHead(ended: false).string.contains(#""ending":"completed""#))
    }

    /// Everything is in exactly one piece, and what concerns a step is in the one that has its state.
    private func expectWhole(_ pieces: [CommitPiece], _ transition: Transition, _ plan: Plan) {
        #expect(pieces.flatMap(\.steps).sorted() == transition.changedSteps)
        #expect(pieces.reduce(0) { $0 + $1.effects.count } == transition.effects.count)
        #expect(Set(pieces.flatMap(\.effects)) == Set(transition.effects))
        for piece in pieces {
            for effect in piece.effects {
                switch effect {
                case .enqueue(let dispatch): #expect(piece.steps.contains(dispatch.task.step))
                case .dequeue(let step), .saveResult(let step, _): #expect(piece.steps.contains(step))
                case .record(let event):
                    guard let step = event.stepID.flatMap({ plan.ordinals[$0] }) else { continue }
                    #expect(piece.steps.contains(step))
                default: break
                }
            }
        }
    }

    @Test("A small transition is one piece")
    func small() throws {
        let (workflow, transition, pieces) = try completed(StepsText.fanOut(10))
        #expect(pieces.count == 1)
        expectWhole(pieces, transition, workflow.plan)
    }

    @Test("A wide fan-out is cut between steps, and begins with the step that made it")
    func wide() throws {
        let (workflow, transition, pieces) = try completed(StepsText.fanOut(3000))
        #expect(pieces.count == (3 * 3000 + 4 + CommitPieces.maximumOperations - 1) / CommitPieces.maximumOperations)
        #expect(pieces[0].steps.contains(0))
        #expect(pieces.allSatisfy { $0.steps.count + $0.effects.count <= CommitPieces.maximumOperations })
        expectWhole(pieces, transition, workflow.plan)
    }

    @Test("Large payloads are cut by their bytes, and one that is larger than a piece has one of its own")
    func large() throws {
        let fields = #", "payload": "${input}""#
        let plan = StepsText.plan(
            (0..<8).map { #"{"id": "s\#($0)", "task_type": "t"\#(fields)}"# }.joined(separator: ","))
        for (size, count) in [(100_000, 1), (300_000, 3), (1_500_000, 9)] {
            let input = #""\#(String(repeating: "x", count: size))""#
            let (workflow, transition) = try started(plan, input: input)
            let pieces = pieces(transition, of: workflow)
            #expect(pieces.count == count, "\(size)")
            expectWhole(pieces, transition, workflow.plan)
        }
    }

    @Test("Steps that are cancelled before they began are cut as well")
    func silent() throws {
        var (workflow, _) = try started(StepsText.fanOut(3000))
        let transition = workflow.apply(.cancel(by: nil, reason: nil), at: Self.beginning)
        let pieces = pieces(transition, of: workflow)
        #expect(pieces.count > 7)
        #expect(pieces.allSatisfy { $0.steps.count + $0.effects.count <= CommitPieces.maximumOperations })
        expectWhole(pieces, transition, workflow.plan)
    }

    @Test("The step that fails the workflow goes before all that is cancelled because of it")
    func failed() throws {
        let fields = #""on_exhausted": "fail", "retry": {"max_attempts": 1}"#
        var (workflow, transition, _) = try completed(StepsText.fanOut(1000, fields))
        var changed: [Int] = []
        var effects: [Effect] = []
        // Others come to be known to have been taken in the same commit, before the one that fails.
        for step in 1...600 {
            transition = workflow.apply(
                .step(step, .taken(attempt: 1, by: Self.agent, at: Self.beginning)), at: Self.beginning)
            effects += transition.effects
            changed += transition.changedSteps
        }
        let failure = AgentFailure(Failure(code: "broken", message: "it broke"))
        transition = workflow.apply(.step(600, .failed(attempt: 1, by: Self.agent, failure)), at: Self.beginning)
        effects += transition.effects
        changed += transition.changedSteps
        #expect(workflow.status == .failed)
        let pieces = CommitPieces.of(effects: effects, changedSteps: changed.sortedOnce(), in: workflow)
        #expect(pieces.count > 4)
        #expect(pieces[0].steps.first == 600)
        #expect(Set(pieces.flatMap(\.effects)) == Set(effects))
    }

    @Test("A transition without anything to store is one piece all the same: it asks whether it may be stored")
    func empty() throws {
        let (workflow, _) = try started(StepsText.only())
        #expect(CommitPieces.of(effects: [], changedSteps: [], in: workflow) == [CommitPiece()])
    }
}
