import DocumentAgents
import JSON
import Testing

@Suite("The plan of a document review")
struct DocumentPipelineTests {
    private let plan = JSONNode(DocumentPipeline.plan())

    @Test("has a step for each agent, called after its task type")
    func steps() throws {
        let steps = try #require(plan.member("steps")?.elements)
        #expect(steps.map { $0.member("id")?.string } == DocumentAgent.allCases.map(\.taskType))
        #expect(steps.map { $0.member("task_type")?.string } == DocumentAgent.allCases.map(\.taskType))
        let after = steps.map { $0.member("after")?.elements.compactMap(\.string) ?? [] }
        #expect(after == [[], ["classify"], ["classify", "extract"], ["extract", "validate"]])
    }

    @Test("tries a validation twice and then asks a human")
    func validation() throws {
        let step = try #require(plan.member("steps")?.elements[2])
        #expect(step.member("retry")?.text.string == #"{"max_attempts":2,"initial_backoff":"200ms"}"#)
        #expect(step.member("on_exhausted")?.string == "escalate")
    }

    @Test("is valid JSON, whatever the document holds")
    func valid() throws {
        let input = DocumentPipeline.input(name: "a \"b\"", text: "é\u{0}\n\\")
        let text = try JSONText(validating: DocumentPipeline.workflow(name: "review", input: input).bytes)
        let node = JSONNode(text)
        #expect(node.members.map(\.name) == ["name", "steps", "output", "input"])
        #expect(node.member("name")?.string == "review")
        #expect(node.member("input")?.member("text")?.string == "é\u{0}\n\\")
        #expect(node.member("output")?.members.map(\.name) == ["kind", "title", "version", "missing", "summary"])
    }
}
