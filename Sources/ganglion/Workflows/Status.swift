import ArgumentParser
import GanglionClient

/// `ganglion status`: a workflow as it stands.
struct Status: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a workflow as it stands.",
        discussion: """
            Its steps as a graph, each with what it does and what held it up, and its output when it is completed.

                ganglion status wf_0_3vq8k2m9x4c7t1n6r0h5w2j8pd
                ganglion status 3vq8 --json | jq .output
            """)

    @Argument(help: "The workflow's id, or its beginning.")
    var workflow: String

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        let id = try await Lookup(session: session).workflow(workflow)
        let document = try await session.client.read(["v1", "workflows", id])
        if session.isJSON { return session.terminal.print(document.text) }
        let plan = try AcceptedPlan(try await session.client.read(["v1", "workflows", id, "plan"]))
        let status = try WorkflowStatus(document)
        let offset = try await ServiceClock.offset(of: session.client)
        let picture = WorkflowPicture(workflow: status, graph: plan.graph, now: ServiceClock.now(offset: offset))
        session.terminal.print(picture.lines(width: session.terminal.width))
        if status.status == .completed {
            session.terminal.print("")
            session.terminal.print(StyledText("output  ", .bold) + StyledText(status.output.text))
        }
    }
}
