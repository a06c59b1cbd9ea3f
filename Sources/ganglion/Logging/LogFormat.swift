/// How logs are written.
enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `2026-11-23T17:00:30.000Z INFO listening address=127.0.0.1:8080`.
    case text
    /// For programs: one JSON object a line.
    case json
}
