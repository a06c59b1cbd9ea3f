import Foundation
import Glibc
import Synchronization

/// Folders for sockets and data of this test process, with short paths: a unix socket's may have 107 bytes (unix(7)).
///
/// However the process ends, a shell beside it then kills the processes whose ids stand in `pid` and `redis.pid`
/// files there, and removes the folders.
package struct TemporaryFolder: Sendable {
    package let path: String

    private static let root = Root()
    private static let count = Atomic(0)

    package init() throws {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        path = try "\(Self.root.path())/\(number)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    private final class Root: Sendable {
        private let made = Mutex<String?>(nil)

        func path() throws -> String {
            try made.withLock { made in
                if let made { return made }
                let path = "/tmp/ganglion-\(getpid())"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try guardFolder(path)
                made = path
                return path
            }
        }

        /// The shell's input ends when this process does: nobody else has the other end.
        private func guardFolder(_ path: String) throws {
            var ends: [Int32] = [0, 0]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
                throw ChildProcess.Failure(description: "no pair of sockets: errno \(errno)")
            }
            let script =
                #"read -r _; cat "$0"/*/pid "$0"/*/redis.pid 2>/dev/null | xargs -r kill -9 2>/dev/null; rm -rf "$0""#
            _ = try ChildProcess("/bin/sh", ["-c", script, path], input: ends[0])
            close(ends[0])
        }
    }
}

/// A folder for as long as the body runs.
@discardableResult
package func withTemporaryFolder<Result>(
    _ body: (TemporaryFolder) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try await body(folder)
}
