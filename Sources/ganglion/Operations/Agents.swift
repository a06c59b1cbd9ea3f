import ArgumentParser
import GanglionClient

/// `ganglion agents`: who works.
struct Agents: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "List agents, or show one.",
        discussion: """
                ganglion agents
                ganglion agents --all
                ganglion agents extractor-1 --json | jq .reliability
            """)

    @Argument(help: "An agent's id, its beginning, or its name (default: all that are not gone).")
    var agent: String?

    @Flag(help: "Those that are lost or have left, too.")
    var all = false

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        var agents: [Agent] = []
        if let agent {
            let id = try await Lookup(session: session).agent(agent)
            let document = try await session.client.read(["v1", "agents", id])
            if session.isJSON { return session.terminal.print(document.text) }
            agents.append(try Agent(document))
        } else {
            try await Pages(client: session.client, path: ["v1", "agents"], list: "agents").each { element in
                guard let document = element.document else { return }
                let agent = try Agent(document)
                guard all || !agent.status.isGone else { return }
                if session.isJSON { return session.terminal.print(document.text) }
                agents.append(agent)
            }
        }
        guard !session.isJSON else { return }
        let now = ServiceClock.now(offset: try await ServiceClock.offset(of: session.client))
        let table = Self.table(agents, now)
        session.terminal.print(agents.isEmpty ? ["There are none."] : table.styledLines(width: session.terminal.width))
    }

    static func table(_ agents: [Agent], _ now: Timestamp) -> Table {
        var table = Table([
            .init(heading: "agent"), .init(heading: "name", isFlexible: true), .init(heading: "status"),
            .init(heading: "slots", isNumber: true), .init(heading: "heard", isNumber: true),
            .init(heading: "can", isFlexible: true),
        ])
        for agent in agents {
            table.add([
                StyledText(agent.id), StyledText(agent.name, .bold),
                StyledText(agent.status.rawValue, agent.status.style),
                StyledText("\(agent.slotsUsed)/\(agent.slots)"), StyledText((now - agent.heartbeatAt).brief),
                StyledText(agent.capabilities.joined(separator: " "), .dim),
            ])
        }
        return table
    }
}

extension Agent.Status {
    var isGone: Bool { self == .lost || self == .left }

    var style: StyledText.Style {
        switch self {
        case .alive: .good
        case .paused, .draining: .warning
        case .lost: .bad
        case .left: .dim
        }
    }
}
