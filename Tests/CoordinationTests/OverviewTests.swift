import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Figures of how everything stands", .timeLimit(.minutes(1)))
struct OverviewTests {
    @Test("What has ended is counted by how, and by how long it took, and is the same after it was stored")
    func finished() {
        var finished = FinishedWorkflows()
        finished.add(.completed, after: .milliseconds(1))
        finished.add(.completed, after: .milliseconds(1200))
        finished.add(.completed, after: .seconds(100_000))
        finished.add(.failed, after: .seconds(1))
        finished.add(.cancelled, after: .seconds(1))
        #expect([finished.completed, finished.failed, finished.cancelled] == [3, 1, 1])
        #expect(finished.durations.first == 1 && finished.durations.last == 1)
        #expect(finished.durations[FinishedWorkflows.bounds.firstIndex(of: .milliseconds(1500)) ?? 0] == 1)
        #expect(FinishedWorkflows(stored: finished.text) == finished)
        #expect(FinishedWorkflows(stored: "1 2 x") == FinishedWorkflows())
        #expect((finished + finished).completed == 6)
    }

    @Test("A store counts workflows by status, and open escalations", arguments: StoreKind.allCases)
    func counts(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            #expect(try await test.store.counts() == StoreCounts(workflows: [:], openEscalations: 0))
            var (asked, ended) = (try StoredRun(StoredRun.fragile), try StoredRun())
            for run in [asked, ended, try StoredRun()] { try await run.start(in: test.store) }
            _ = try await test.store.commit(ended.next(.cancel(by: nil, reason: nil)))
            _ = try await test.store.commit(asked.next(.taken(), .failed()))
            let workflows: [WorkflowStatus: Int] = [.running: 1, .escalated: 1, .cancelled: 1]
            #expect(try await test.store.counts() == StoreCounts(workflows: workflows, openEscalations: 1))
        }
    }

    @Test("What a node says of what ended there is remembered with it", arguments: StoreKind.allCases)
    func remembered(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var report = NodeReport.test(.north, lease: .seconds(60))
            report.finished.add(.completed, after: .milliseconds(7))
            _ = try await test.store.heartbeat(report)
            #expect(try await test.store.nodes(PageRequest()).elements.map(\.finished) == [report.finished])
        }
    }
}
