/// Why an agent could not do a task, as it reports it to the coordinator.
package struct DocumentTaskError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: String
    package let message: String
    package let isRetryable: Bool

    package var description: String { "\(code): \(message)" }

    /// The same payload would be as wrong the next time.
    static func invalidPayload(_ message: String) -> DocumentTaskError {
        DocumentTaskError(code: "invalid_payload", message: message, isRetryable: false)
    }

    /// Whoever gave the text may give a better copy meanwhile; how often that is tried, the plan says.
    static func damagedDocument(_ damage: DocumentDamaged) -> DocumentTaskError {
        DocumentTaskError(code: "damaged_document", message: "\(damage)", isRetryable: true)
    }
}
