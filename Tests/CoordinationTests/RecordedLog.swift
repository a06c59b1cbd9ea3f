import Logging
import TestKit

/// Keeps what is said, without its metadata.
struct RecordedLog: LogHandler {
    let log: EventLog<String>
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.record(event.message.description) }
}
