import ArgumentParser

/// `ganglion cancel`: ends workflows.
struct Cancel: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel workflows.",
        discussion: """
            Agents that work on them are told to stop.

                ganglion cancel 3vq8 --reason "sent twice"
                ganglion list --status running --label customer=acme --quiet | xargs ganglion cancel
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
            verb: "cancel", done: "cancelled", by: by ?? ServiceSession.person, reason: reason
        ).perform(workflows, session)
    }
}
