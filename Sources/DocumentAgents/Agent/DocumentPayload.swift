import JSON

/// The payload of a document task, read strictly; a task type has only the fields that it works with.
struct DocumentPayload {
    let text: String
    private(set) var kind = DocumentKind.unknown
    private(set) var extraction = Extraction()

    init(_ payload: JSONText, for agent: DocumentAgent) throws(DocumentTaskError) {
        var problems = JSONProblems()
        guard var reader = JSONObjectReader(JSONNode(payload), at: "", problems: &problems) else {
            throw Self.error(problems)
        }
        text = reader.required(string: "text", problems: &problems) ?? ""
        if agent == .extract || agent == .validate, reader.required("kind", problems: &problems) != nil {
            kind = reader.optional(enumerated: "kind", as: DocumentKind.self, problems: &problems) ?? .unknown
        }
        if agent == .validate || agent == .summarize, let node = reader.required("extraction", problems: &problems) {
            extraction = Extraction(node, at: "/extraction", problems: &problems) ?? Extraction()
        }
        reader.finish(problems: &problems)
        guard problems.list.isEmpty else { throw Self.error(problems) }
    }

    private static func error(_ problems: JSONProblems) -> DocumentTaskError {
        let details = problems.list.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)" }
        return .invalidPayload(details.joined(separator: "; "))
    }
}
