import ArgumentParser

/// `ganglion retry`: tries workflows again that have ended without completing.
struct Retry: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try workflows again that failed or were cancelled.",
        discussion: """
            Steps that did not succeed begin anew; what the others gave is kept.

                ganglion retry 3vq8 --reason "the model is back"
                ganglion list --status failed --quiet | xargs ganglion retry
            """)

    @Argument(help: "The workflows' ids, or their beginnings.")
    var workflows: [String]

    @Option(help: ArgumentHelp("Why, for the history.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("Who, for the history (default: you).", valueName: "name"))
    var by: String?

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        try await WorkflowAct(
            verb: "retry", done: "tried again", by: by ?? ServiceSession.person, reason: reason
        ).perform(workflows, session)
    }
}
