import ArgumentParser

/// The command line: each subcommand is a type in a folder of its own.
@main
struct Ganglion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ganglion",
        abstract: "Coordinates workflows of agents, each workflow with a coordinator of its own.",
        subcommands: [Serve.self, Demo.self, Bench.self, Notify.self])
}
