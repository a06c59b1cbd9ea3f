import ArgumentParser
import GanglionClient

/// `ganglion export`: workflows with all that is known of them.
struct Export: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export workflows with their plans and histories as lines of JSON.",
        discussion: """
            Each line is {"workflow": …, "plan": …, "input": …, "history": […]}: the workflow with the result of each \
            step, what it was started with, and all its events.

                ganglion export > workflows.jsonl
                ganglion export --status failed --limit 1000 --output failed.jsonl
                ganglion export --label customer=acme | jq -c '{name: .workflow.name, events: (.history | length)}'
            """)

    @Option(
        help: ArgumentHelp("Only those that stand so.", valueName: "status"),
        completion: .list(WorkflowState.allCases.map(\.rawValue)), transform: WorkflowState.named)
    var status: WorkflowState?

    @Option(help: ArgumentHelp("Only those with this label; may be given several times.", valueName: "key=value"))
    var label: [String] = []

    @Option(help: ArgumentHelp("At most so many, the newest (default: all).", valueName: "n"))
    var limit: Int?

    @Option(
        name: [.short, .long], help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit has to be 1 or more") }
    }

    func run(_ session: ServiceSession) async throws {
        let query = GanglionClient.Query().with("status", status?.rawValue).with(labels: try InputValue.labels(label))
        let pages = Pages(client: session.client, path: ["v1", "workflows"], list: "workflows", query: query)
        let file = try output.map { try OutputFile($0) }
        let start = ContinuousClock.now
        var bar = ProgressBar("exported", total: try await total(session))
        // Nobody looks at a bar that the lines themselves run over.
        let isShown = file != nil || !session.terminal.isInteractive
        try await pages.each(limit: limit) { element in
            guard let id = element["id"].string, let line = try await Self.line(id, session.client) else { return }
            if let file { try file.write(line + "\n") } else { session.terminal.print(line) }
            bar.done += 1
            if isShown { Terminal.error.show(bar.line(elapsed: .now - start)) }
        }
        if isShown { Terminal.error.clear() }
        if file != nil, !session.isJSON { Terminal.error.print("exported \(bar.done.grouped) workflows") }
    }

    /// How many there are, as far as the service counts them.
    private func total(_ session: ServiceSession) async throws -> Int? {
        if !label.isEmpty { return limit }
        let counts = try await session.client.read(["v1", "overview"])["workflows"]
        let total =
            if let status { counts[status.rawValue].integer } else {
                counts.members.compactMap(\.value.integer).reduce(0, +)
            }
        return total.map { min($0, limit ?? .max) }
    }

    /// `nil` if it was forgotten meanwhile.
    private static func line(_ id: String, _ client: GanglionClient) async throws -> String? {
        do {
            let workflow = try await client.read(["v1", "workflows", id])
            let accepted = try AcceptedPlan(try await client.read(["v1", "workflows", id, "plan"]))
            var events: [JSONDocument] = []
            try await Pages(client: client, path: ["v1", "workflows", id, "history"], list: "events").each { event in
                if let document = event.document { events.append(document) }
            }
            let line: JSONDocument = [
                "workflow": workflow, "plan": accepted.plan, "input": accepted.input, "history": .array(events),
            ]
            return line.text
        } catch let error as GanglionError where error.problem?.type == "/problems/unknown-workflow" {
            return nil
        } catch let error as GanglionError where error.problem?.status == 409 {
            // One whose state is damaged cannot be read, and must not keep the others from being exported.
            Terminal.error.print("left out \(id): \(error.problem?.detail.printable ?? "")")
            return nil
        }
    }
}
