import ArgumentParser
import GanglionClient
import JSON

/// `ganglion list`: workflows, newest first.
struct List: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "List workflows, newest first.",
        discussion: """
                ganglion list
                ganglion list --status failed --label customer=acme
                ganglion list --status failed --quiet | xargs ganglion retry
                ganglion list --limit 10000 --json | jq -r .name | sort | uniq -c

            With --json, each workflow is a line.
            """)

    @Option(
        help: ArgumentHelp("Only those that stand so.", valueName: "status"),
        completion: .list(WorkflowState.allCases.map(\.rawValue)), transform: WorkflowState.named)
    var status: WorkflowState?

    @Option(help: ArgumentHelp("Only those with this label; may be given several times.", valueName: "key=value"))
    var label: [String] = []

    @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit = 50

    @Flag(name: [.short, .long], help: "Print the ids, and nothing else.")
    var quiet = false

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit has to be 1 or more") }
    }

    func run(_ session: ServiceSession) async throws {
        let query = GanglionClient.Query().with("status", status?.rawValue).with(labels: try InputValue.labels(label))
        let pages = Pages(client: session.client, path: ["v1", "workflows"], list: "workflows", query: query)
        let now = ServiceClock.now(
            offset: quiet || session.isJSON ? .zero : try await ServiceClock.offset(of: session.client))
        var table = Table([
            .init(heading: "workflow"), .init(heading: "name", isFlexible: true), .init(heading: "status"),
            .init(heading: "started (UTC)"), .init(heading: "took", isNumber: true),
            .init(heading: "labels", isFlexible: true),
        ])
        try await pages.each(limit: limit) { element in
            guard let document = element.document else { return }
            if session.isJSON { return session.terminal.print(document.text) }
            let workflow = try WorkflowSummary(document)
            if quiet { return session.terminal.print(workflow.id) }
            table.add(Self.row(workflow, now))
        }
        guard !session.isJSON, !quiet else { return }
        session.terminal.print(
            table.rows.isEmpty ? ["There are none."] : table.styledLines(width: session.terminal.width))
    }

    private static func row(_ workflow: WorkflowSummary, _ now: Timestamp) -> [StyledText] {
        let labels = workflow.labels.sorted(by: <).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return [
            StyledText(workflow.id), StyledText(workflow.name, .bold), workflow.status.styled,
            StyledText(workflow.createdAt.dateAndTime),
            StyledText(((workflow.endedAt ?? now) - workflow.createdAt).brief), StyledText(labels, .dim),
        ]
    }
}

extension WorkflowState {
    /// For an option.
    static func named(_ text: String) throws -> WorkflowState {
        if let state = WorkflowState(rawValue: text) { return state }
        let near = Suggestion.text(for: text, among: allCases.map(\.rawValue))
        let known = "; there are \(allCases.map(\.rawValue).joined(separator: ", "))"
        throw ValidationError("'\(text)' is no status\(near.isEmpty ? known : near)")
    }
}
