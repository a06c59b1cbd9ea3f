import Foundation
import Testing

/// The built program, with a redis-server of its own.
@Suite("ganglion serve", .timeLimit(.minutes(1)))
struct ServeProcessTests {
    @Test("A service that is killed leaves its Redis running, the next one goes on with it, and stops it at the end")
    func killed() throws {
        try withFolder { folder in
            let first = try Running(["serve", "--data", folder, "--log-format", "json"])
            let ready = try #require(first.line { $0.contains("the private Redis is ready") })
            first.kill(SIGKILL)
            let second = try Running(["serve", "--data", folder, "--log-format", "json"])
            let adopted = try #require(second.line { $0.contains("left running") })
            #expect(redis(in: ready) != nil)
            #expect(redis(in: adopted) == redis(in: ready))
            second.kill(SIGTERM)
            #expect(second.line { $0.contains("the private Redis has stopped") } != nil)
            #expect(second.status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/redis.sock"))
        }
    }

    @Test("Ctrl-C stops the service and then its Redis")
    func interrupted() throws {
        try withFolder { folder in
            let service = try Running(["serve", "--data", folder])
            #expect(service.line { $0.contains("INFO the private Redis is ready") } != nil)
            service.kill(SIGINT)
            #expect(service.line { $0.contains("the private Redis has stopped") } != nil)
            #expect(service.status == 0)
        }
    }

    @Test("A service that cannot begin says why, and ends with an error")
    func refused() throws {
        try withFolder { folder in
            let wrong = try Running(["serve", "--loops", "0"])
            #expect(
                wrong.line { $0 == "Error: --loops: '0' is not allowed; allowed: a whole number from 1 to 256" } != nil)
            #expect(wrong.status == 1)
            let homeless = try Running(["serve", "--data", folder], ["PATH": folder])
            #expect(homeless.line { $0.hasPrefix("Error: there is no redis-server on the PATH (\(folder))") } != nil)
            #expect(homeless.status == 1)
        }
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "serve-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func redis(in line: String) -> Int? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        return object?["process"].flatMap { Int($0) }
    }
}

/// A process of the program, and what it writes on standard error.
private final class Running {
    private let process = Process()
    private let pipe = Pipe.closedOnExec()
    private var rest = Data()

    init(_ arguments: [String], _ environment: [String: String] = [:]) throws {
        // The program stands beside the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "ganglion")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = pipe
        try process.run()
        try pipe.fileHandleForWriting.close()
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// The first line from here on of which this is true; `nil` if there is none until the process ends.
    func line(_ isWanted: (String) -> Bool) -> String? {
        while true {
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                if isWanted(line) { return line }
            }
            let bytes = pipe.fileHandleForReading.availableData
            if bytes.isEmpty { return nil }
            rest += bytes
        }
    }

    func kill(_ signal: Int32) {
        Glibc.kill(process.processIdentifier, signal)
        if signal == SIGKILL { process.waitUntilExit() }
    }

    var status: Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
