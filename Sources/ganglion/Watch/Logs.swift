import ArgumentParser
import GanglionClient

/// `ganglion logs`: what happens, as it happens.
struct Logs: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow what happens to one workflow, or to all.",
        discussion: """
            Of one workflow: all its events from the beginning, and then as they happen, until it has ended. Of all: \
            from now on, until Ctrl-C; --name, --label and --type choose. What has happened already, as a table, is \
            'ganglion history'; what a node logs of itself is on its standard error.

                ganglion logs
                ganglion logs --name contract-review --type attempt_failed --type escalation_opened
                ganglion logs --label customer=acme --json
                ganglion logs 3vq8
            """)

    @Argument(help: "The workflow's id, or its beginning (default: all workflows).")
    var workflow: String?

    @Option(help: ArgumentHelp("Only workflows of this name.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Only workflows with this label; may be given several times.", valueName: "key=value"))
    var label: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only events of this type, such as attempt_failed; may be given several times.", valueName: "type"))
    var type: [String] = []

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if workflow != nil, name != nil || !label.isEmpty || !type.isEmpty {
            throw ValidationError("--name, --label and --type choose among all workflows: leave out the id")
        }
    }

    func run(_ session: ServiceSession) async throws {
        if let workflow {
            let id = try await Lookup(session: session).workflow(workflow)
            _ = try await session.client.read(["v1", "workflows", id])
            return try await session.follower.follow(["v1", "workflows", id, "events"]) { document in
                try session.print(document) { [EventLine(event: try HistoryEvent(document)).styled()] }
            }
        }
        // Whether there is a service is told at once; after that it may be away for a while.
        _ = try await session.client.read(["readyz"])
        let labels = try InputValue.labels(label)
        let query = type.reduce(GanglionClient.Query().with("workflow_name", name).with(labels: labels)) {
            $0.with("type", $1)
        }
        try await session.follower.follow(["v1", "events"], query) { document in
            try session.print(document) { [try Self.line(document)] }
        }
    }

    private static func line(_ document: JSONDocument) throws -> StyledText {
        let told = try ServiceEvent(document)
        guard let event = told.event, let workflow = told.workflow else {
            return StyledText("… events may be missing here", .warning)
        }
        return EventLine(event: event).styled(of: "\(workflow.name) \(workflow.id)")
    }
}
