import Glibc
import RedisStreams
import Sockets

/// `ganglion serve` as a process of its own, with a Redis of its own, in a temporary folder.
final class OwnService: Sendable {
    let process: Int32
    let url: String
    let redis: RedisEndpoint
    private let folder: String

    private static let patience = Duration.seconds(30)
    private static let poll = Duration.milliseconds(10)
    /// Longer than a service takes to drain.
    private static let stopTimeout = Duration.seconds(90)
    private static let longestLog = 16 << 20

    /// Why it does not serve, with the last that it said.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Returns once it listens. Whoever has it has to stop it.
    static func start(_ coordinator: CoordinatorKind, on loop: EventLoop) async throws -> OwnService {
        let folder = try Folder.makeTemporary()
        let arguments = [
            "serve", "--listen", "127.0.0.1:0", "--data", folder, "--coordinator", coordinator.rawValue,
        ]
        let process: Int32
        do throws(SystemError) {
            process = try ChildProcess.launch(arguments, log: logPath(in: folder))
        } catch {
            Folder.remove(folder)
            throw error
        }
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline, !Task.isCancelled, ChildProcess.isRunning(process) {
            for line in log(in: folder) {
                guard let address = line.split(separator: " listening address=").dropFirst().first else { continue }
                return OwnService(process: process, url: "http://\(address)", folder: folder)
            }
            await loop.pause(for: poll)
        }
        let lines = log(in: folder).suffix(5).joined(separator: "\n")
        end(process, folder)
        if Task.isCancelled { throw CancellationError() }
        throw Failure(description: "the service does not begin:\n\(lines)")
    }

    private init(process: Int32, url: String, folder: String) {
        self.process = process
        self.url = url
        self.folder = folder
        redis = RedisEndpoint(.unix(path: "\(folder)/redis.sock"))
    }

    /// What it warned of.
    var warnings: [String] {
        Self.log(in: folder).filter { $0.contains(" WARNING ") || $0.contains(" ERROR ") }
    }

    /// Waits for its end, and for that of its Redis.
    func stop() { Self.end(process, folder) }

    private static func end(_ process: Int32, _ folder: String) {
        ChildProcess.end(process, within: stopTimeout)
        Folder.remove(folder)
    }

    private static func logPath(in folder: String) -> String { "\(folder)/service.log" }

    private static func log(in folder: String) -> [String] {
        let bytes = (try? TextFile.bytes(of: logPath(in: folder), limit: longestLog)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }
}
