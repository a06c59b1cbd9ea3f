import DocumentAgents
import JSON
import Testing

@Suite("A document agent")
struct DocumentAgentTests {
    private func payload(_ fields: (inout JSONWriter) -> Void) -> JSONText {
        var writer = JSONWriter()
        writer.object(fields)
        return writer.text
    }

    private func perform(_ agent: DocumentAgent, _ payload: JSONText) throws -> JSONNode {
        JSONNode(try JSONText(validating: agent.perform(payload).bytes))
    }

    @Test("does its part of a review with what the others found")
    func review() throws {
        let text = SampleText.contract
        let classification = try perform(.classify, payload { $0.field("text", text) })
        let kind = try #require(classification.member("kind")?.string)
        #expect(classification.members.map(\.name) == ["kind", "confidence", "evidence"])

        let extract = payload { writer in
            writer.field("text", text)
            writer.field("kind", kind)
        }
        let extraction = try perform(.extract, extract)
        let names = ["title", "version", "dates", "copyright_holders", "headings", "defined_terms"]
        #expect(extraction.members.map(\.name) == names)
        #expect(extraction.member("version")?.kind == .null)

        let validate = payload { writer in
            writer.field("text", text)
            writer.field("kind", kind)
            writer.field("extraction", raw: extraction.text)
        }
        #expect(try perform(.validate, validate).text.string == #"{"is_valid":true,"missing":[],"warnings":[]}"#)

        let summarize = payload { writer in
            writer.field("text", text)
            writer.field("extraction", raw: extraction.text)
        }
        let summary = try perform(.summarize, summarize)
        #expect(summary.members.map(\.name) == ["text", "sentences"])
        #expect(summary.member("sentences")?.elements.count == 2)
    }

    @Test("is known by its task type")
    func taskTypes() {
        #expect(DocumentAgent.allCases.map(\.taskType) == ["classify", "extract", "validate", "summarize"])
    }

    @Test("says all that is wrong with a payload")
    func invalidPayload() throws {
        let payload = JSONText(unchecked: Array(#"{"kind":"poem","extraction":{"dates":[1]},"txt":"…"}"#.utf8))
        let error = try #require(throws: DocumentTaskError.self) { try DocumentAgent.validate.perform(payload) }
        #expect(error.code == "invalid_payload")
        #expect(!error.isRetryable)
        for place in ["'text' is missing", "/kind: 'poem'", "/extraction/dates/0", "/txt: no field"] {
            #expect(error.message.contains(place), "\(error.message)")
        }
    }

    @Test("wants an object", arguments: DocumentAgent.allCases)
    func noObject(_ agent: DocumentAgent) {
        #expect(throws: DocumentTaskError.self) { try agent.perform(.null) }
    }

    @Test("reports a damaged document, which the plan may try again")
    func damaged() throws {
        let payload = payload { writer in
            writer.field("text", SampleText.contract + " It ends when the")
            writer.field("kind", "contract")
            writer.field("extraction", raw: Extraction().json)
        }
        let error = try #require(throws: DocumentTaskError.self) { try DocumentAgent.validate.perform(payload) }
        #expect(error.code == "damaged_document")
        #expect(error.isRetryable)
        #expect(error.message.contains("breaks off"))
    }
}
