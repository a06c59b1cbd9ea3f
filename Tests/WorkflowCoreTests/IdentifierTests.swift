import TestKit
import Testing
import WorkflowCore

/// Ids have exactly one spelling, and nothing else is one.
@Suite("Identifiers")
struct IdentifierTests {
    @Test("Every id reads back as itself")
    func roundTrip() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let token = RandomToken.random(using: &generator)
            let workflow = WorkflowID(partition: Int.random(in: 0...999_999_999, using: &generator), token: token)
            #expect(RandomToken(token.description) == token)
            #expect(WorkflowID(workflow.description) == workflow)
            #expect(AgentID(AgentID(token: token).description) == AgentID(token: token))
            #expect(NodeID(NodeID(token: token).description) == NodeID(token: token))
            let task = TaskID(workflow: workflow, step: 9999)
            #expect(TaskID(task.description) == task)
            let escalation = EscalationID(workflow: workflow, number: 1)
            #expect(EscalationID(escalation.description) == escalation)
        }
        let largest = RandomToken(high: .max, low: .max)
        #expect(largest.description == "7zzzzzzzzzzzzzzzzzzzzzzzzz")
        #expect(RandomToken(largest.description) == largest)
    }

    @Test(
        "A text that is almost an id is none",
        arguments: [
            "", "wf", "wf_", "wf_0", "wf_0_", "wf_0_0000000000000000000000000", "wf_0_000000000000000000000000000",
            "wf_0_8zzzzzzzzzzzzzzzzzzzzzzzzz", "wf_0_0000000000000000000000000I", "wf_0_0000000000000000000000000A",
            "wf_00_00000000000000000000000000", "wf_-1_00000000000000000000000000", "wf_+1_00000000000000000000000000",
            "wf_1234567890_00000000000000000000000000", "wf_0_00000000000000000000000000_1",
            "wf_0_0000000000000000000000000é", "task_0_00000000000000000000000000", "WF_0_00000000000000000000000000",
            "wf_0_00000000000000000000000000\n", "wf_٠_00000000000000000000000000",
        ])
    func none(_ text: String) {
        #expect(WorkflowID(text) == nil)
        #expect(TaskID(text) == nil)
        #expect(EscalationID(text) == nil)
        #expect(AgentID(text) == nil)
    }

    @Test(
        "A name begins with a letter and has nothing that means something elsewhere",
        arguments: [
            "", "1a", "-a", "a b", "a:b", "a/b", "a.b", "a{b}", "ä", "a\u{0}", "a\n",
        ])
    func names(_ text: String) {
        #expect(!Identifier.isValid(text))
        #expect(Identifier.isValid("_a-Z09"))
    }
}
