import ArgumentParser
import GanglionClient

/// `ganglion task-types`: what waits, and for whom.
struct TaskTypes: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-types",
        abstract: "Show what waits of each task type, who can do it, and what limits it.",
        discussion: """
                ganglion task-types
                ganglion task-types extract --json | jq .settings
            """)

    @Argument(help: "A task type (default: all).")
    var type: String?

    @OptionGroup(title: "Service") var service: ServiceOptions

    func run(_ session: ServiceSession) async throws {
        var types: [TaskType] = []
        if let type {
            let document = try await session.client.read(["v1", "task-types", type])
            if session.isJSON { return session.terminal.print(document.text) }
            types.append(try TaskType(document))
        } else {
            try await Pages(client: session.client, path: ["v1", "task-types"], list: "task_types").each { element in
                guard let document = element.document else { return }
                if session.isJSON { return session.terminal.print(document.text) }
                types.append(try TaskType(document))
            }
        }
        guard !session.isJSON else { return }
        session.terminal.print(
            types.isEmpty ? ["There are none."] : Self.table(types).styledLines(width: session.terminal.width))
    }

    static func table(_ types: [TaskType]) -> Table {
        var table = Table([
            .init(heading: "task type", isFlexible: true), .init(heading: "waiting", isNumber: true),
            .init(heading: "oldest", isNumber: true), .init(heading: "running", isNumber: true),
            .init(heading: "agents", isNumber: true), .init(heading: "slots", isNumber: true),
            .init(heading: "limits", isFlexible: true),
        ])
        for type in types {
            let isAlone = type.waiting > 0 && type.agents.alive == 0
            table.add([
                StyledText(type.name, .bold), StyledText(type.waiting.grouped, type.waiting > 0 ? .warning : .plain),
                StyledText(type.oldestWaitingAge?.brief ?? ""), StyledText(type.running.grouped),
                StyledText(type.agents.alive.grouped, isAlone ? .bad : .plain),
                StyledText("\(type.agents.held)/\(type.agents.slots)"), limits(of: type),
            ])
        }
        return table
    }

    private static func limits(of type: TaskType) -> StyledText {
        var limits: [String] = []
        if let most = type.settings.maximumConcurrency { limits.append("at most \(most) at once") }
        if let rate = type.settings.rate {
            limits.append("\(rate.limit) a \(rate.period.rawValue)\(rate.key.map { " for each \($0)" } ?? "")")
        }
        if let key = type.settings.fairnessKey { limits.append("in turns by \(key)") }
        let text = StyledText(limits.joined(separator: ", "), .dim)
        return type.isPaused ? StyledText("paused", .warning).joined(with: [text]) : text
    }
}
