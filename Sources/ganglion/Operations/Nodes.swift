import ArgumentParser
import GanglionClient

/// `ganglion nodes`: who coordinates.
struct Nodes: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the nodes that share the store.",
        discussion: """
                ganglion nodes
                ganglion nodes --all
                ganglion nodes --json | jq -r 'select(.status == "alive") | .host'
            """)

    @Flag(help: "Those that are lost or have left, too; they are remembered for an hour.")
    var all = false

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        var table = Self.table
        try await Pages(client: session.client, path: ["v1", "nodes"], list: "nodes").each { node in
            guard all || node["status"].string == "alive" else { return }
            if session.isJSON { return session.terminal.print(node.document?.text ?? "") }
            table.add(Self.row(node))
        }
        if !session.isJSON { session.terminal.print(table.styledLines(width: session.terminal.width)) }
    }

    static let table = Table([
        .init(heading: "node"), .init(heading: "status"), .init(heading: "host", isFlexible: true),
        .init(heading: "workflows", isNumber: true), .init(heading: "in memory", isNumber: true),
        .init(heading: "heard", isNumber: true), .init(heading: "taken over", isNumber: true),
        .init(heading: "version"),
    ])

    static func row(_ node: JSONElement) -> [StyledText] {
        func number(_ name: String) -> StyledText { StyledText((node[name].integer ?? 0).grouped) }
        let status = node["status"].string ?? ""
        return [
            StyledText(node["id"].string ?? ""), StyledText(status, status == "alive" ? .good : .bad),
            StyledText("\(node["host"].string ?? "") (\(node["pid"].integer ?? 0))", .bold), number("workflows"),
            number("coordinators"), StyledText(node["heartbeat_age"].string ?? ""), number("claims"),
            StyledText(node["version"].string ?? "", .dim),
        ]
    }
}
