import GanglionClient
import Testing

@testable import ganglion

@Suite("Pictures of workflows")
struct WorkflowPictureTests {
    private static let start = Timestamp("2026-11-23T17:00:00.000Z") ?? Timestamp(millisecondsSince1970: 0)

    /// A workflow whose steps are these, five seconds after its start.
    private func lines(
        _ steps: [JSONDocument], after: [[Int]], status: String = "running", width: Int = 100, height: Int = .max
    ) throws -> [String] {
        let workflow = try WorkflowStatus([
            "id": "wf_0_3vq8k2m9x4c7t1n6r0h5w2j8pd", "name": "review", "status": .string(status), "revision": 3,
            "checkpoint_at": "2026-11-23T17:00:00.000Z", "created_at": "2026-11-23T17:00:00.000Z", "takeovers": 0,
            "labels": [:], "steps": .array(steps), "output": nil,
        ])
        let picture = WorkflowPicture(
            workflow: workflow, graph: WorkflowGraph(after: after),
            now: Timestamp(millisecondsSince1970: Self.start.millisecondsSince1970 + 5000),
            agents: ["agent_1": "reader-1"])
        return picture.lines(width: width, height: height).map(\.text)
    }

    private func step(_ id: String, _ status: String, _ more: [(String, JSONDocument)] = []) -> JSONDocument {
        .object([("id", .string(id)), ("status", .string(status)), ("attempts", 1)] + more)
    }

    @Test("Each step has its mark, its status, its time, and what matters of it then")
    func details() throws {
        let lines = try lines(
            [
                step(
                    "classify", "completed",
                    [
                        ("started_at", "2026-11-23T17:00:00.100Z"), ("ended_at", "2026-11-23T17:00:01.400Z"),
                        ("failure", ["code": "old", "message": "was mended"]),
                    ]),
                step(
                    "extract", "running",
                    [
                        ("attempts", 2), ("started_at", "2026-11-23T17:00:02.000Z"), ("agent_id", "agent_1"),
                        ("progress", ["at": "2026-11-23T17:00:03.000Z", "percent": 40, "message": "page 4 of 10"]),
                    ]),
                step(
                    "validate", "escalated",
                    [
                        ("queued_at", "2026-11-23T17:00:01.000Z"), ("escalation_id", "esc_1"),
                        ("failure", ["code": "no_model", "message": "out of credit"]),
                    ]),
                step("summarize", "pending"),
            ], after: [[], [0], [0], [1, 2]])
        #expect(
            lines == [
                "review  wf_0_3vq8k2m9x4c7t1n6r0h5w2j8pd  running  1 of 4 steps  5.0s", "",
                "✓    classify   completed     1.3s",
                "├─⠋  extract    running       3.0s  attempt 2  ████░░░░░░ 40 %  page 4 of 10  reader-1",
                "! │  validate   escalated     4.0s  no_model: out of credit  ganglion resolve esc_1",
                "○─┘  summarize  pending",
            ])
    }

    @Test("Steps that are alike are one row of figures")
    func folded() throws {
        let pages = (0..<30).map { step("page-\($0)", $0 < 12 ? "completed" : $0 < 14 ? "running" : "queued") }
        let lines = try lines([step("split", "completed")] + pages, after: [[]] + [[Int]](repeating: [0], count: 30))
        #expect(lines.count == 4)
        #expect(lines[3] == "⠋  page-* (30)  ██████░░░░░░░░░░  12 completed  2 running  16 queued")
    }

    @Test("Of a plan that does not fit, the rows around what goes on are shown, and how many are not")
    func window() throws {
        let steps = (0..<20).map { step("s\($0)", $0 < 10 ? "completed" : "pending") }
        let lines = try lines(steps, after: (0..<20).map { $0 == 0 ? [] : [$0 - 1] }, height: 10)
        #expect(lines.count == 10)
        #expect(lines[2] == "… 8 above" && lines[9] == "… 6 below")
        #expect(lines[3].contains("s8 ") && lines[5].contains("s10 ") && lines[8].contains("s13 "))
    }

    @Test("No line is wider than the terminal", arguments: [20, 40, 80])
    func width(_ width: Int) throws {
        let failure: JSONDocument = ["code": "odd", "message": .string(String(repeating: "契約 ", count: 60))]
        let lines = try lines(
            [step(String(repeating: "n", count: 64), "failed", [("failure", failure)])], after: [[]], status: "failed",
            width: width)
        #expect(lines.allSatisfy { $0.width <= width }, "\(lines)")
    }

    @Test(
        "Events are told in words, in one line",
        arguments: [
            (#""type": "step_queued", "step_id": "read", "attempt": 2"#, "read  queued (attempt 2)"),
            (
                #""type": "step_started", "step_id": "read", "attempt": 1, "agent_id": "agent_1""#,
                "read  taken by reader-1"
            ),
            (
                #""type": "attempt_failed", "step_id": "read", "attempt": 1, "until": "2026-11-23T17:00:09.000Z","#
                    + #""error": {"code": "torn", "message": "a\nb"}"#,
                #"read  attempt 1 failed: torn: a\nb  again at 17:00:09.000"#
            ),
            (
                #""type": "escalation_resolved", "step_id": "read", "action": "skip", "by": "ops", "reason": "lost""#,
                "read  resolved with skip by ops: lost"
            ),
            (#""type": "workflow_completed""#, "workflow  completed"),
            (#""type": "comet_seen""#, "workflow  comet seen"),
        ])
    func events(_ members: String, _ words: String) throws {
        let event = try HistoryEvent(
            JSONDocument(parsing: #"{"id": "1-0.0", "at": "2026-11-23T17:00:05.120Z", \#(members)}"#))
        let line = EventLine(event: event, agents: ["agent_1": "reader-1"]).styled().text
        #expect(line == "17:00:05.120  \(words)")
    }
}
