import ArgumentParser
import ServiceAPI

/// The command line: each subcommand is a type in a folder of its own.
@main
struct Ganglion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ganglion",
        abstract: "Coordinates workflows of agents, each workflow with a coordinator of its own.",
        discussion: """
            A service, an agent's work and a look at it, from nothing:

                ganglion serve
                ganglion start plan.json -i document=@lease.txt --watch
                ganglion top

            Commands find the service by --url, GANGLION_URL or a profile, and take the beginning of an id for the \
            whole. With --json they print what the service answers. Exit statuses, profiles and completions for your \
            shell are in docs/cli.md.
            """,
        version: API.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Workflow",
                subcommands: [
                    Start.self, Status.self, Watch.self, List.self, Why.self, History.self, Logs.self, Cancel.self,
                    Retry.self, Export.self,
                ]),
            CommandGroup(name: "Escalation", subcommands: [Escalations.self, Resolve.self]),
            CommandGroup(
                name: "Operation",
                subcommands: [
                    Top.self, TaskTypes.self, Agents.self, Nodes.self, Notify.self, Doctor.self,
                ]),
            CommandGroup(name: "Service", subcommands: [Serve.self, Demo.self, Bench.self]),
        ])
}
