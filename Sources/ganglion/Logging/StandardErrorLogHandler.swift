import Glibc
import Logging
import SwiftOverlayShims  // has `timespec`, as the compiler sees it, wherever Histogram is imported
import WorkflowCore

/// Writes each event as one line on standard error, with one write(2), so that lines of several threads and processes
/// do not mix.
struct StandardErrorLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let isColoured: Bool
    private let descriptor: Int32

    init(label: String, format: LogFormat, level: Logger.Level, descriptor: Int32 = STDERR_FILENO) {
        self.label = label
        self.format = format
        self.descriptor = descriptor
        logLevel = level
        // no-color.org: any value that is not empty.
        let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
        isColoured = !noColour && isatty(descriptor) == 1
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = LogLine(
            time: .now, level: event.level, logger: label, message: event.message.description,
            metadata: merged(event))
        switch format {
        case .text: write(line.text(isColoured: isColoured))
        case .json: write(line.json)
        }
    }

    /// What the event says goes before what its task says, and that before what its logger says.
    private func merged(_ event: LogEvent) -> Logger.Metadata {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { $1 } }
        if let error = event.error { merged["error"] = "\(error)" }
        if let given = event.metadata { merged.merge(given) { $1 } }
        return merged
    }

    private func write(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Whoever reads the log is gone, or does not keep up: there is nobody to tell.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension Instant {
    fileprivate static var now: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
