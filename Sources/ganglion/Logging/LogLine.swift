import Logging
import WorkflowCore

/// One event, with everything that is written of it.
struct LogLine {
    let time: Instant
    let level: Logger.Level
    let logger: String
    let message: String
    let metadata: Logger.Metadata

    /// In an order that does not change from one line to the next.
    var fields: [(name: String, value: Logger.MetadataValue)] {
        metadata.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }
}
