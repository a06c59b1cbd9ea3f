import ArgumentParser
import GanglionClient

/// `ganglion history`: what happened to a workflow.
struct History: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what has happened to a workflow.",
        discussion: """
            Every event, oldest first, with its time and how long after the start it was. 'ganglion logs' follows what \
            happens from here on. With --json, each event is a line.

                ganglion history 3vq8
                ganglion history 3vq8 --json | jq -r 'select(.type == "attempt_failed") | .error.message'
            """)

    @Argument(help: "The workflow's id, or its beginning.")
    var workflow: String

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        let id = try await Lookup(session: session).workflow(workflow)
        let pages = Pages(client: session.client, path: ["v1", "workflows", id, "history"], list: "events")
        var first: Timestamp?
        var table = Table([
            .init(heading: "at (UTC)"), .init(heading: "after", isNumber: true), .init(heading: "step"),
            .init(heading: "what", isFlexible: true),
        ])
        try await pages.each { element in
            guard let document = element.document else { return }
            if session.isJSON { return session.terminal.print(document.text) }
            let event = try HistoryEvent(document)
            let start = first ?? event.at
            first = start
            table.add([
                StyledText("\(event.at.dateAndTime)\(event.at.timeOfDay.suffix(4))", .dim),
                StyledText((event.at - start).brief), StyledText(event.stepID ?? "", .bold),
                EventLine(event: event).what,
            ])
        }
        if !session.isJSON { session.terminal.print(table.styledLines(width: session.terminal.width)) }
    }
}
