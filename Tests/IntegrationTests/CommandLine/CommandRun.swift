import Foundation
import GanglionClient
import TestKit

/// A command of the program, and what came of it.
struct CommandRun {
    let status: Int32
    /// Of both outputs.
    let lines: [String]

    var text: String { lines.joined(separator: "\n") }
    /// Each line as JSON.
    var documents: [JSONDocument] {
        get throws { try lines.map { try JSONDocument(parsing: $0) } }
    }

    /// Runs it to its end, at this service, with no settings of whoever runs the tests.
    static func of(
        _ arguments: [String], at url: String? = nil, environment: [String: String] = [:]
    ) async throws -> CommandRun {
        var variables = ["GANGLION_URL": url ?? "", "XDG_CONFIG_HOME": "/nowhere", "USER": "tester"]
        variables.merge(environment) { $1 }
        let (process, output) = try ProcessOutput.run(GanglionBinary.path, arguments, environment: variables)
        let status = await process.waitForEnd()
        try await output.end.wait()
        return CommandRun(status: status, lines: output.lines.events)
    }
}

/// A service with one agent of several types, and a folder for plans.
struct CommandBench: Sendable {
    let service: ServiceProcess
    let folder: TemporaryFolder
    /// Of the service's own Redis.
    let redis: String
    let client: GanglionClient

    func run(_ arguments: String...) async throws -> CommandRun {
        try await CommandRun.of(arguments, at: service.url)
    }

    func plan(_ text: String) throws -> String {
        let path = folder.file("plan-\(UUID()).json")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Three steps: what is read twice is put together.
    static let review = """
        {"name": "review", "steps": [
          {"id": "read", "task_type": "read", "payload": "${input.text}"},
          {"id": "left", "task_type": "read", "after": ["read"]},
          {"id": "right", "task_type": "read", "after": ["read"]},
          {"id": "join", "task_type": "join", "after": ["left", "right"], "retry": {"max_attempts": 1}}],
         "output": "${steps.read.result}"}
        """

    /// The agent gives what it is given; what is `fail` it fails, and `ask` it asks about.
    static func with(_ body: @Sendable (CommandBench) async throws -> Void) async throws {
        try await withTemporaryFolder { data in
            try await withTemporaryFolder { folder in
                try await withService(["--data", data.path]) { service in
                    let client = try GanglionClient(service.url)
                    // People take longer to type a command than a node to start, and commands are not patient.
                    _ = try await client.workflows()
                    let bench = CommandBench(
                        service: service, folder: folder, redis: "unix://\(data.path)/redis.sock", client: client)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await worker(client).run() }
                        defer { group.cancelAll() }
                        try await body(bench)
                    }
                }
            }
        }
    }

    private static func worker(_ client: GanglionClient) -> AgentWorker {
        AgentWorker(client, name: "reader-1", capabilities: ["read", "join"], slots: 4) { task in
            switch task.payload.root.string {
            case "fail": throw TaskError(code: "torn", message: "The page is torn.", retryable: false)
            case "ask": return try task.ask("Which page?", options: [1, 2])
            default: return task.payload
            }
        }
    }
}
