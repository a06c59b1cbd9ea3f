/// The revisions of the Model Context Protocol that are spoken here, oldest first
/// (modelcontextprotocol.io/specification/versioning).
enum ModelContextVersion: String, CaseIterable {
    /// The last one with batches.
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"

    static let latest = june2025

    /// A client that asks for one that is not spoken here is offered the latest, and may go if it does not like that
    /// (Lifecycle, Version Negotiation).
    static func agreed(on asked: String) -> ModelContextVersion { ModelContextVersion(rawValue: asked) ?? latest }
}
