import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: escalations", .timeLimit(.minutes(1)))
struct StoreEscalationTests {
    private static let retry = Resolution(.retry(payload: nil), by: "ops", reason: "try \"again\"")

    /// A workflow whose only step has failed and is a person's to decide.
    private func escalated(_ test: StoreUnderTest, at now: Instant = StoredRun.beginning) async throws -> StoredRun {
        var run = try StoredRun(StoredRun.fragile, at: now)
        try await run.start(in: test.store)
        #expect(try await test.store.commit(run.next(.taken(), .failed(), at: now)) == .committed)
        return run
    }

    @Test("A question that was asked is there, and open", arguments: StoreKind.allCases)
    func asked(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try await escalated(test)
            let id = EscalationID(workflow: run.id, number: 1)
            let escalation = try #require(try await test.store.escalation(id))
            #expect(escalation.id == id)
            #expect(escalation.resolution == nil)
            let question = JSONNode(escalation.question)
            #expect(question.member("id")?.string == id.description)
            #expect(question.member("step_id")?.string == "only")
            #expect(question.member("error")?.member("code")?.string == "broken")
            #expect(try await test.store.escalation(EscalationID(workflow: run.id, number: 2)) == nil)
            #expect(try await test.leftOnQueue().isEmpty)
        }
    }

    @Test("A question that was answered has its answer, and is in the other list", arguments: StoreKind.allCases)
    func settled(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try await escalated(test)
            let id = EscalationID(workflow: run.id, number: 1)
            #expect(try await lists(test) == [[id], []])
            #expect(try await test.store.commit(run.next(.resolve(escalation: 1, Self.retry))) == .committed)
            #expect(try await lists(test) == [[], [id]])
            let escalation = try #require(try await test.store.escalation(id))
            let resolution = JSONNode(try #require(escalation.resolution))
            #expect(resolution.member("action")?.string == "retry")
            #expect(resolution.member("by")?.string == "ops")
            #expect(resolution.member("reason")?.string == "try \"again\"")
            #expect(try await test.leftOnQueue() == [run.task()])
        }
    }

    @Test("A question that is asked and answered in one commit is answered", arguments: StoreKind.allCases)
    func atOnce(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.fragile)
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(), .failed(), .cancelled)) == .committed)
            #expect(try await lists(test) == [[], [EscalationID(workflow: run.id, number: 1)]])
        }
    }

    @Test("A question of an agent frees its slot, and its answer comes with the task", arguments: StoreKind.allCases)
    func question(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.fragile)
            try await run.start(in: test.store)
            try await test.register(.ada, slots: 1)
            #expect(try await test.take(.ada).tasks.first?.dispatch.answers == nil)
            let asked = Event.step(0, .asked(attempt: 1, by: .ada, Question("which?", options: ["1"], context: "[2]")))
            #expect(try await test.store.commit(run.next(.taken(), asked)) == .committed)
            #expect(try await test.take(.ada).isFull == false)
            let id = EscalationID(workflow: run.id, number: 1)
            let question = JSONNode(try #require(try await test.store.escalation(id)).question)
            #expect(question.member("kind")?.string == "question")
            #expect(question.member("question")?.string == "which?")
            #expect(question.member("options")?.text == "[1]")
            #expect(question.member("context")?.text == "[2]")
            #expect(question.member("error") == nil)

            let answer = Event.resolve(escalation: 1, Resolution(.answer("1"), by: "ops"))
            #expect(try await test.store.commit(run.next(answer)).isCommitted)
            let resolution = try #require(try await test.store.escalation(id)?.resolution)
            #expect(JSONNode(resolution).member("answer")?.text == "1")
            let task = try #require(try await test.take(.ada).tasks.first)
            #expect(task.dispatch.attempt == 2)
            let answers = try #require(task.dispatch.answers)
            #expect(answers.string == #"[{"escalation_id":"\#(id)","question":"which?","answer":1}]"#)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(try stored.workflow(PlanCache()).steps == run.workflow.steps)
        }
    }

    /// The open ones, and the resolved ones.
    private func lists(_ test: StoreUnderTest, of workflow: WorkflowID? = nil) async throws -> [[EscalationID]] {
        var lists: [[EscalationID]] = []
        for isOpen in [true, false] {
            let filter = EscalationFilter(isOpen: isOpen, workflow: workflow)
            lists.append(try await test.store.escalations(filter, PageRequest()).elements.map(\.id))
        }
        return lists
    }

    @Test("A workflow's questions are listed by themselves, newest first", arguments: StoreKind.allCases)
    func ofWorkflow(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try await escalated(test)
            let later = StoredRun.beginning + .seconds(1)
            _ = try await escalated(test, at: later)
            let retried = run.next(
                .resolve(escalation: 1, Self.retry), .taken(attempt: 2), .failed(attempt: 2), at: later)
            #expect(try await test.store.commit(retried) == .committed)
            let (first, second) = (
                EscalationID(workflow: run.id, number: 1), EscalationID(workflow: run.id, number: 2)
            )
            #expect(try await lists(test, of: run.id) == [[second], [first]])
            #expect(try await lists(test, of: .unique()) == [[], []])
            #expect(try await lists(test).map(\.count) == [2, 1])
        }
    }

    @Test("Pages of questions follow each other to the end", arguments: StoreKind.allCases)
    func pages(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var asked: [EscalationID] = []
            for second in 0..<5 {
                let run = try await escalated(test, at: StoredRun.beginning + .seconds(second))
                asked.append(EscalationID(workflow: run.id, number: 1))
            }
            var (listed, cursor) = ([EscalationID](), String?.none)
            for expected in [2, 2, 1] {
                let request = PageRequest(cursor: cursor, limit: 2)
                let page = try await test.store.escalations(EscalationFilter(), request)
                #expect(page.elements.count == expected)
                listed += page.elements.map(\.id)
                cursor = page.next
                #expect((cursor == nil) == (expected == 1))
            }
            #expect(listed == asked.reversed())
        }
    }
}
