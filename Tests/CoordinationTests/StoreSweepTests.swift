import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: forgetting", .timeLimit(.minutes(1)))
struct StoreSweepTests {
    @Test("A workflow is forgotten with all that belongs to it, when its time has come", arguments: StoreKind.allCases)
    func workflow(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let label = WorkflowFilter.Label(name: "a \"b\"", value: "é:\u{1}\u{1F600}")
            var run = try StoredRun(StoredRun.fragile, labels: [label.name: label.value, "team": "legal"])
            run.retention = .seconds(5)
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
            let now = try await test.now()
            #expect(try await test.store.commit(run.next(.cancelled, at: now)) == .committed)
            let other = try StoredRun(labels: [label.name: label.value])
            try await other.start(in: test.store)

            #expect(try await test.store.sweep(limit: 10) == 0)
            #expect(try await test.store.workflow(run.id) != nil)
            try await test.wait(past: now + .seconds(5))
            #expect(try await test.store.sweep(limit: 10) == 1)
            #expect(try await test.store.sweep(limit: 10) == 0)
            #expect(try await test.store.workflow(run.id) == nil)
            #expect(try await test.store.history(of: run.id, PageRequest()) == nil)
            #expect(try await test.store.escalation(EscalationID(workflow: run.id, number: 1)) == nil)
            for filter in [
                WorkflowFilter(), WorkflowFilter(status: .cancelled), WorkflowFilter(labels: [label]),
                WorkflowFilter(labels: [WorkflowFilter.Label(name: "team", value: "legal")]),
            ] {
                let listed = try await test.store.workflows(filter, PageRequest()).elements.map(\.id)
                #expect(listed == (filter.labels.first?.name == "team" || filter.status != nil ? [] : [other.id]))
            }
            for filter in [
                EscalationFilter(isOpen: true), EscalationFilter(isOpen: false),
                EscalationFilter(isOpen: false, workflow: run.id),
            ] {
                #expect(try await test.store.escalations(filter, PageRequest()) == Page([], next: nil))
            }
            guard case .unknown = try await test.store.claim(run.id, for: .south) else {
                throw Unexpected(description: "claimed what is forgotten")
            }
        }
    }

    @Test("A sweep forgets as many as it may, those first whose time came first", arguments: StoreKind.allCases)
    func limit(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var runs: [StoredRun] = []
            for second in [3, 1, 4, 0, 2] {
                var run = try StoredRun()
                run.retention = .seconds(second)
                try await run.start(in: test.store)
                #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
                runs.append(run)
            }
            #expect(try await test.store.sweep(limit: 2) == 2)
            var left: [Int] = []
            for (index, run) in runs.enumerated() where try await test.store.workflow(run.id) != nil {
                left.append(index)
            }
            #expect(left == [0, 2, 4])
            #expect(try await test.store.sweep(limit: 10) == 3)
            #expect(try await test.store.workflows(WorkflowFilter(), PageRequest()).elements.isEmpty)
        }
    }

    @Test("What goes on is not forgotten", arguments: StoreKind.allCases)
    func goingOn(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            try await test.register(.bob)
            _ = try await test.store.deregister(.bob, at: .north)
            #expect(try await test.store.sweep(limit: 10) == 0)
            #expect(try await test.store.workflow(run.id) != nil)
            // An agent that has gone can be read of for a day.
            #expect(try await test.store.agents(PageRequest()).elements.count == 2)
        }
    }

    @Test("An agent that has gone is forgotten after a day in which it held nothing")
    func agent() async throws {
        try await withStore(.memory) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            #expect(try await test.store.deregister(.ada, at: .north)?.holders.count == 1)
            // As long as it holds something, it has to be found.
            try await test.wait(.seconds(3 * 86_400))
            #expect(try await test.store.sweep(limit: 10) == 0)
            #expect(try await test.store.removeLostAgents(for: .north).holders.map(\.id) == [.ada])
            let gone = StepEvent.agentGone(attempt: 1, .ada, reason: "it left")
            #expect(try await test.store.commit(run.next(.step(0, gone))) == .committed)
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
            #expect(try await test.store.sweep(limit: 10) == 0)
            try await test.wait(.seconds(86_400))
            #expect(try await test.store.sweep(limit: 10) == 1)
            #expect(try await test.store.agent(.ada) == nil)
            #expect(try await test.store.agents(PageRequest()).elements.isEmpty)
        }
    }
}
