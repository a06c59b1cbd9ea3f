package import JSON

/// The task types of the document agents, and the work that each does.
package enum DocumentAgent: String, Sendable, CaseIterable {
    case classify, extract, validate, summarize

    /// How many sentences a summary has.
    private static let summaryLength = 2

    package var taskType: String { rawValue }

    package func perform(_ payload: JSONText) throws(DocumentTaskError) -> JSONText {
        let fields = try DocumentPayload(payload, for: self)
        switch self {
        case .classify: return DocumentClassifier.classify(fields.text).json
        case .extract: return DocumentExtractor.extract(fields.text, kind: fields.kind).json
        case .validate:
            do {
                return try DocumentValidator.validate(fields.extraction, kind: fields.kind, text: fields.text).json
            } catch {
                throw .damagedDocument(error)
            }
        case .summarize:
            let length = Self.summaryLength
            return DocumentSummarizer.summarize(fields.text, extraction: fields.extraction, sentences: length).json
        }
    }
}
