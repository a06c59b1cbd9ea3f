import Foundation

/// The program under test.
enum GanglionBinary {
    /// The one that `GANGLION_BINARY` names, or the one that was built beside the tests.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["GANGLION_BINARY"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "ganglion").path
    }()
}
