import ArgumentParser
import GanglionClient
import Sockets

/// `ganglion top`: the service at a glance, again and again.
struct Top: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how everything stands, live.",
        discussion: """
            Workflows by status, what ended lately and how long it took, what waits of each task type, nodes and \
            agents. Ctrl-C ends it. Where there is no terminal, or with --once, it is shown once.

                ganglion top
                ganglion top --every 5s
                ganglion top --once --json | jq .workflows.running
            """)

    @Option(
        help: ArgumentHelp("How often it is asked for, from 200ms to 1h.", valueName: "time"),
        transform: { text in
            guard let duration = Duration(setting: text), (.milliseconds(200)...(.seconds(3600))).contains(duration)
            else {
                throw ValidationError("'\(text)' is no time from 200ms to 1h, such as 500ms or 2s")
            }
            return duration
        })
    var every = Duration.seconds(1)

    @Flag(help: "Show it once.")
    var once = false

    @OptionGroup(title: "Service") var service: ServiceOptions

    /// What lately means.
    private static let window = 15

    func run(_ session: ServiceSession) async throws {
        let terminal = session.terminal
        if session.isJSON {
            return terminal.print(try await session.client.read(["v1", "overview"]).text)
        }
        guard terminal.isInteractive, !once else {
            return terminal.print(try await Self.screen(session, nil).lines(width: terminal.width))
        }
        try await LiveScreen.with(terminal, isFull: true) { screen in
            var seen: [Overview] = []
            while !Task.isCancelled {
                let picture = try await Self.screen(session, seen.first)
                seen.append(picture.overview)
                if seen.count > Self.window { seen.removeFirst() }
                await screen.draw(picture.lines(width: terminal.width, height: terminal.height - 1))
                await session.client.loop.pause(for: every)
            }
        }
    }

    private static func screen(_ session: ServiceSession, _ earlier: Overview?) async throws -> TopScreen {
        let client = session.client
        async let types = client.taskTypes(limit: 500).items
        async let agents = client.agents(limit: 500).items.filter { !$0.status.isGone }
        async let nodes = client.read(["v1", "nodes"], GanglionClient.Query().with("limit", 100))
        guard let overview = Overview(try await client.read(["v1", "overview"])) else {
            throw CommandError(.unreachable, "\(session.address.url): the overview was not understood")
        }
        let alive = try await nodes["nodes"].elements.filter { $0["status"].string == "alive" }
        return TopScreen(
            address: session.address.url, overview: overview,
            change: earlier.flatMap { Overview.Change(from: $0, to: overview) }, taskTypes: try await types,
            agents: try await agents, nodes: alive.map(Nodes.row))
    }
}
