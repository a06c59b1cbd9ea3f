import ArgumentParser
import GanglionClient

/// `ganglion escalations`: what people are asked.
struct Escalations: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the questions that wait for a person, or show one.",
        discussion: """
            With an id, all that is needed to decide: what the task was given, every attempt, and how to resolve it.

                ganglion escalations
                ganglion escalations --workflow 3vq8
                ganglion escalations esc_0_3vq8k2m9x4c7t1n6r0h5w2j8pd_1
            """)

    @Argument(help: "An escalation's id, or its beginning (default: all that are open).")
    var escalation: String?

    @Option(help: ArgumentHelp("Only those of this workflow.", valueName: "id"))
    var workflow: String?

    @Flag(help: "Those that are resolved.")
    var resolved = false

    @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 50

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit has to be 1 or more") }
    }

    func run(_ session: ServiceSession) async throws {
        let lookup = Lookup(session: session)
        if let escalation {
            let id = try await lookup.escalation(escalation)
            let document = try await session.client.read(["v1", "escalations", id])
            return try session.print(document) { EscalationPage.lines(try Escalation(document)) }
        }
        var query = GanglionClient.Query().with("status", resolved ? "resolved" : "open")
        if let workflow { query = query.with("workflow_id", try await lookup.workflow(workflow)) }
        let pages = Pages(client: session.client, path: ["v1", "escalations"], list: "escalations", query: query)
        var table = Table([
            .init(heading: "escalation"), .init(heading: "kind"), .init(heading: "step"),
            .init(heading: "opened (UTC)"), .init(heading: "question", isFlexible: true),
        ])
        try await pages.each(limit: limit) { element in
            guard let document = element.document else { return }
            if session.isJSON { return session.terminal.print(document.text) }
            let escalation = try Escalation(document)
            table.add([
                StyledText(escalation.id), StyledText(escalation.kind, .warning),
                StyledText(escalation.stepID ?? "", .bold), StyledText(escalation.openedAt.dateAndTime),
                StyledText(escalation.question?.question ?? escalation.error?.description ?? ""),
            ])
        }
        guard !session.isJSON else { return }
        let none: [StyledText] = [resolved ? "None is resolved." : "Nobody is asked anything."]
        session.terminal.print(table.rows.isEmpty ? none : table.styledLines(width: session.terminal.width))
    }
}
