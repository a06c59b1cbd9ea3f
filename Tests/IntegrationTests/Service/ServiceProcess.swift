import Foundation
import GanglionClient
import Glibc
import TestKit

/// `ganglion serve` as a process: it may be killed, told to stop, and started again at the same address.
actor ServiceProcess {
    /// `127.0.0.1:` and a port, the same in all its lives.
    nonisolated let address: String
    private let options: [String]
    private let folder: TemporaryFolder
    private var process: ChildProcess
    private var output: ProcessOutput
    private var isRunning = true

    fileprivate init(_ options: [String], in folder: TemporaryFolder) async throws {
        self.options = options
        self.folder = folder
        (process, output) = try Self.launch(options + ["--listen", "127.0.0.1:0"], in: folder)
        let (process, output) = (process, output)
        do {
            let line = try await Self.line(containing: "listening", in: output)
            address = try #"address=(\S+)"#.firstGroup(in: line)
            // Until then it answers that it is starting, which not every client takes for "come again".
            _ = try await Self.line(containing: "the node is ready", in: output)
        } catch {
            await process.kill()
            throw error
        }
    }

    private static func launch(
        _ options: [String], in folder: TemporaryFolder
    ) throws -> (process: ChildProcess, output: ProcessOutput) {
        let started = try ProcessOutput.run(GanglionBinary.path, ["serve"] + options)
        try "\(started.process.identifier)\n".write(toFile: folder.file("pid"), atomically: true, encoding: .utf8)
        return started
    }

    /// The first line of the log with this text, once it is there; throws if the process ends without.
    private static func line(containing text: String, in output: ProcessOutput) async throws -> String {
        let lines = try await output.lines.wait { lines in
            lines.contains { $0.contains(text) || $0.hasPrefix("Error:") }
        }
        guard let line = lines.first(where: { $0.contains(text) }) else {
            throw Unexpected(description: lines.joined(separator: "\n"))
        }
        return line
    }

    nonisolated var url: String { "http://\(address)" }

    /// The log of its present life.
    var log: EventLog<String> { output.lines }

    /// SIGKILL; it is gone when this returns.
    func kill() async {
        guard isRunning else { return }
        isRunning = false
        await process.kill()
    }

    /// SIGTERM. Gives its exit status once it has ended.
    func terminate() async -> Int32 {
        isRunning = false
        process.send(signal: SIGTERM)
        return await process.waitForEnd()
    }

    /// Starts it again, and returns when it listens.
    func start() async throws {
        (process, output) = try Self.launch(options + ["--listen", address], in: folder)
        isRunning = true
        _ = try await Self.line(containing: "listening", in: output)
    }

    fileprivate func end() async {
        // Its own Redis, if it has one, is stopped only by a service that may end in peace.
        if isRunning { _ = await terminate() }
    }
}

/// Runs the body with a service that has these options, and ends it.
@discardableResult
func withService<Result: Sendable>(
    _ options: [String], _ body: (ServiceProcess) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        let service = try await ServiceProcess(options, in: folder)
        do {
            let result = try await body(service)
            await service.end()
            return result
        } catch {
            await service.end()
            throw error
        }
    }
}

extension String {
    /// What the first group of this pattern matches in a text.
    func firstGroup(in text: String) throws -> String {
        guard let match = try Regex(self).firstMatch(in: text), let group = match.output[1].substring else {
            throw Unexpected(description: "no \(self) in: \(text)")
        }
        return String(group)
    }
}

/// Runs the body with several services.
func withServices(
    _ count: Int, _ options: [String], _ services: [ServiceProcess] = [],
    _ body: @Sendable ([ServiceProcess]) async throws -> Void
) async throws {
    guard services.count < count else { return try await body(services) }
    try await withService(options) { service in
        try await withServices(count, options, services + [service], body)
    }
}
