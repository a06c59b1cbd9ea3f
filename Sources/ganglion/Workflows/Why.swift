import ArgumentParser
import GanglionClient

/// `ganglion why`: why a workflow is not further on.
struct Why: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a workflow is not further on, and what would help.",
        discussion: """
                ganglion why 3vq8
                ganglion why 3vq8 --json | jq -r '.steps[].reason'
            """)

    @Argument(help: "The workflow's id, or its beginning.")
    var workflow: String

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        let id = try await Lookup(session: session).workflow(workflow)
        let document = try await session.client.read(["v1", "workflows", id, "why"])
        try session.print(document) { Self.lines(try Explanation(document)) }
    }

    static func lines(_ explanation: Explanation) -> [StyledText] {
        let heading = StyledText("\(explanation.workflowID)  ", .bold) + explanation.status.styled
        guard !explanation.steps.isEmpty else { return [heading, "No step is open."] }
        return [heading]
            + explanation.steps.flatMap { step in
                let since = step.since.map { StyledText("  for \((explanation.at - $0).brief)", .dim) } ?? ""
                let mark = StyledText("\(step.status.mark) ", step.status.style)
                return [
                    "",
                    mark + StyledText(step.id, .bold) + "  " + StyledText(step.status.words, step.status.style) + since,
                    StyledText("  \(step.detail)"), StyledText("  \(step.help)", .dim),
                ]
            }
    }
}
