import ArgumentParser
import GanglionClient
import JSON
import RedisStreams
import ServiceAPI
import Sockets

/// `ganglion doctor`: what is wrong, and how it is mended.
struct Doctor: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what endangers or slows the service, each with its cure.",
        discussion: """
            Looks at the service and its nodes, at this machine, and with --redis at the settings of Redis, its clock \
            and how far away it is. Nothing is changed. The status is 6 if something does harm already.

                ganglion doctor
                ganglion doctor --redis redis://127.0.0.1:6379
                ganglion doctor --redis unix://$HOME/.local/state/ganglion/redis.sock --json
            """)

    @Option(help: ArgumentHelp("The Redis of the service: \(RedisEndpoint.forms).", valueName: "url"))
    var redis: String?

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if let redis, RedisEndpoint(redis) == nil { throw ValidationError("--redis has to be \(RedisEndpoint.forms)") }
    }

    func run(_ session: ServiceSession) async throws {
        var sections = [("service \(session.address.url)", await examineService(session))]
        if let endpoint = redis.flatMap({ RedisEndpoint($0) }) {
            sections.append(("\(endpoint)", await examineRedis(endpoint, session)))
        }
        sections.append(("this machine", MachineExamination(hasRedis: redis.map(Self.isHere) ?? false).findings))
        let findings = sections.flatMap(\.1)
        if session.isJSON {
            let document = JSONDocument.array(
                sections.flatMap { section in
                    section.1.map { JSONDocument.object([("section", .string(section.0)), ("finding", $0.document)]) }
                })
            session.terminal.print(document.text)
        } else {
            for (title, findings) in sections {
                session.terminal.print(StyledText(title, .bold))
                session.terminal.print(findings.flatMap(\.lines))
                session.terminal.print("")
            }
        }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        if !session.isJSON {
            session.terminal.print("\(errors) to be mended, \(warnings) to be thought about")
        }
        // The findings say it all.
        if errors > 0 { throw ExitCode(CommandError.Kind.unwell.rawValue) }
    }

    /// Whether that Redis runs on this machine.
    private static func isHere(_ url: String) -> Bool {
        RedisEndpoint(url)?.address.isLoopback ?? false
    }

    private func examineRedis(_ endpoint: RedisEndpoint, _ session: ServiceSession) async -> [Finding] {
        do throws(RedisError) {
            return try await RedisExamination.read(endpoint, on: session.client.loop).findings
        } catch {
            return [.error("connection", "\(error)", "Say where it is with --redis \(RedisEndpoint.forms).")]
        }
    }

    private func examineService(_ session: ServiceSession) async -> [Finding] {
        let client = session.client
        do {
            _ = try await client.read(["readyz"])
            var nodes: [JSONElement] = []
            try await Pages(client: client, path: ["v1", "nodes"], list: "nodes").each { nodes.append($0) }
            var types: [TaskType] = []
            try await Pages(client: client, path: ["v1", "task-types"], list: "task_types").each { element in
                if let document = element.document { types.append(try TaskType(document)) }
            }
            var quarantined: [Escalation] = []
            try await Pages(client: client, path: ["v1", "escalations"], list: "escalations").each(limit: 2000) {
                element in
                guard element["kind"].string == "poisoned", let document = element.document else { return }
                quarantined.append(try Escalation(document))
            }
            let examination = ServiceExamination(
                version: API.version, nodes: nodes, taskTypes: types,
                overview: Overview(try await client.read(["v1", "overview"])), quarantined: quarantined,
                clockOffset: try await ServiceClock.offset(of: client))
            return [.good("readiness", "it takes requests")] + examination.findings
        } catch let error as GanglionError {
            let told = CommandError(error, at: session.address)
            if error.problem?.status == 503 {
                return [
                    .error(
                        "readiness", told.description,
                        "Look at the node's log and at its Redis: 'ganglion doctor --redis …' looks at that.")
                ]
            }
            return [.error("connection", told.description, "Is it running, and is that its address?")]
        } catch {
            return [.error("connection", "\(error)", "Use a program of the service's version.")]
        }
    }
}
