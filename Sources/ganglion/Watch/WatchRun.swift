import GanglionClient
import Sockets

/// Follows one workflow to its end: its events, for the log, as a stream, and how it stands, for the graph, revision by
/// revision, which also tells of progress.
actor WatchRun {
    private let session: ServiceSession
    private let id: String
    private var workflow: WorkflowStatus?
    /// The latest, as it was answered.
    private var document = JSONDocument.null
    private var graph: WorkflowGraph?
    private var agents: [String: String] = [:]
    /// What the service's clock is ahead of this machine's.
    private var clockOffset = Duration.zero
    private var log: [StyledText] = []
    private var frame = 0

    /// How often what moves is drawn.
    private static let pace = Duration.milliseconds(120)
    private static let wait = Duration.seconds(30)

    init(_ session: ServiceSession, _ id: String) {
        self.session = session
        self.id = id
    }

    /// Throws if the workflow does not complete.
    func run() async throws {
        try await read()
        if session.isJSON || !session.terminal.isInteractive {
            try await follow(nil)
            session.print(document) { picture()?.lines(width: session.terminal.width) ?? [] }
        } else {
            clockOffset = try await ServiceClock.offset(of: session.client)
            try await LiveScreen.with(session.terminal) { screen in try await self.follow(screen) }
        }
        guard let workflow, workflow.status != .completed else { return }
        throw CommandError(
            .notCompleted, "\(id) is \(workflow.status.rawValue)\(workflow.failure.map { ": \($0)" } ?? "")".printable)
    }

    /// Until the workflow has ended and all its events are told.
    private func follow(_ screen: LiveScreen?) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.followEvents() }
            group.addTask { try await self.followStatus() }
            if let screen {
                // It ends before this returns: drawing has to stop before the last picture is drawn.
                let drawing = Task { await self.draw(on: screen) }
                defer { drawing.cancel() }
                try await group.waitForAll()
                drawing.cancel()
                await drawing.value
                await screen.draw(picture()?.lines(width: session.terminal.width) ?? [], above: takeLog())
            } else {
                try await group.waitForAll()
            }
        }
    }

    // MARK: What is told

    private func followEvents() async throws {
        try await session.follower.follow(["v1", "workflows", id, "events"]) { document in
            try await self.take(document)
        }
    }

    private func take(_ document: JSONDocument) async throws {
        if session.isJSON { return session.terminal.print(document.text) }
        let event = try HistoryEvent(document)
        await name(event.agentID)
        let line = EventLine(event: event, agents: agents).styled()
        if session.terminal.isInteractive { log.append(line) } else { session.terminal.print(line) }
    }

    private func followStatus() async throws {
        while let workflow, !workflow.status.isEnd {
            let query = GanglionClient.Query().with(wait: Self.wait).with("revision", workflow.revision)
            document = try await session.follower.read(["v1", "workflows", id], query, wait: Self.wait)
            try await take(try WorkflowStatus(document))
        }
    }

    private func read() async throws {
        document = try await session.client.read(["v1", "workflows", id])
        try await take(try WorkflowStatus(document))
    }

    private func take(_ workflow: WorkflowStatus) async throws {
        // A program that coordinates from outside adds steps.
        if graph == nil || self.workflow?.steps.count != workflow.steps.count {
            graph = try AcceptedPlan(try await session.client.read(["v1", "workflows", id, "plan"])).graph
        }
        for step in workflow.steps where step.status == .running { await name(step.agentID) }
        self.workflow = workflow
    }

    /// Of an agent that is forgotten, its id is all there is.
    private func name(_ agent: String?) async {
        guard let agent, agents[agent] == nil else { return }
        let found = try? await session.client.agent(agent)
        agents[agent] = found?.name ?? agent
    }

    // MARK: What is shown

    private func picture() -> WorkflowPicture? {
        guard let workflow, let graph else { return nil }
        return WorkflowPicture(
            workflow: workflow, graph: graph, now: ServiceClock.now(offset: clockOffset), agents: agents, frame: frame)
    }

    private func takeLog() -> [StyledText] {
        defer { log = [] }
        return log
    }

    private func draw(on screen: LiveScreen) async {
        while !Task.isCancelled {
            frame += 1
            // One line stays free for the cursor.
            let lines = picture()?.lines(width: session.terminal.width, height: session.terminal.height - 1) ?? []
            await screen.draw(lines, above: takeLog())
            await session.client.loop.pause(for: Self.pace)
        }
    }
}
