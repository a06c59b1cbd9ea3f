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

    /// The same text would be as damaged the next time: it needs a human with a better copy.
    static func damagedDocument(_ damage: DocumentDamaged) -> DocumentTaskError {
        DocumentTaskError(code: "damaged_document", message: "\(damage)", isRetryable: false)
    }
}
