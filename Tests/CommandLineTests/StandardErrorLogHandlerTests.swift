import Foundation
import Logging
import Testing

@testable import ganglion

/// With a pipe in the place of standard error.
@Suite("Logging")
struct StandardErrorLogHandlerTests {
    private let pipe = Pipe.closedOnExec()

    private func handler(_ format: LogFormat, level: Logger.Level = .info) -> StandardErrorLogHandler {
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        return StandardErrorLogHandler(label: "test", format: format, level: level, descriptor: descriptor)
    }

    /// All that was written; ends the pipe.
    private func lines() throws -> [Substring] {
        try pipe.fileHandleForWriting.close()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    @Test("The event's metadata goes before the task's, and that before the logger's; an error is one of them")
    func metadata() throws {
        var handler = handler(.text)
        handler.metadataProvider = Logger.MetadataProvider { ["b": "task", "c": "task"] }
        var logger = Logger(label: "test") { _ in handler }
        for key in ["a", "b", "c"] { logger[metadataKey: key] = "logger" }
        logger.warning("m", error: CancellationError(), metadata: ["c": "event"])
        let line = try #require(lines().first)
        #expect(line.hasSuffix(" WARNING m a=logger b=task c=event error=CancellationError()"), "\(line)")
    }

    @Test("What is below the level is not written, and nothing is coloured that does not go to a terminal")
    func level() throws {
        let logger = Logger(label: "test") { _ in handler(.text, level: .notice) }
        logger.info("no")
        logger.notice("yes")
        let lines = try lines()
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix(" NOTICE yes") == true)
    }

    @Test("Lines of several threads do not mix")
    func threads() async throws {
        let logger = Logger(label: "test") { _ in handler(.json) }
        // Less than a pipe takes before anybody reads: 16 pages, of which a line is in one (pipe(7)).
        let text = String(repeating: "x", count: 1000)
        await withTaskGroup { group in
            for number in 0..<40 {
                group.addTask { @concurrent in logger.error("\(text)", metadata: ["n": "\(number)"]) }
            }
        }
        let objects = try lines().map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String] }
        #expect(Set(objects.compactMap { $0?["n"] }).count == 40)
        #expect(objects.allSatisfy { $0?["message"] == text && $0?["logger"] == "test" })
    }

    @Test("A reader that is gone does not end the process, and whoever logs does not notice")
    func gone() throws {
        signal(SIGPIPE, SIG_IGN)
        let logger = Logger(label: "test") { _ in handler(.text) }
        try pipe.fileHandleForReading.close()
        logger.error("m")
        #expect(errno == EPIPE)
    }
}
