import ArgumentParser
import GanglionClient

/// `ganglion watch`: a workflow as it goes on, to its end.
struct Watch: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch a workflow to its end.",
        discussion: """
            In a terminal: the steps as a graph that changes as they do, below what has happened. Elsewhere: one line \
            for each event, and the graph at the end. With --json: each event as a line of JSON, and the workflow as \
            the last one.

                ganglion watch wf_0_3vq8k2m9x4c7t1n6r0h5w2j8pd
                ganglion watch 3vq8
                ganglion watch 3vq8 --json | jq -c .type

            The status is 0 if the workflow is completed, 5 if it failed or was cancelled. Ctrl-C ends the watching, \
            and not the workflow.
            """)

    @Argument(help: "The workflow's id, or its beginning.")
    var workflow: String

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        let id = try await Lookup(session: session).workflow(workflow)
        try await WatchRun(session, id).run()
    }
}
