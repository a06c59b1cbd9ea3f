import JSON

/// What agents say of themselves. `AgentWorker` does all of this by itself.
extension GanglionClient {
    /// Registers an agent. When it is unknown whether that came through, it is not tried again; an agent that
    /// nobody is will soon be lost.
    public func register(
        name: String, capabilities: [String], slots: Int = 1, details: AgentDetails = AgentDetails()
    ) async throws(GanglionError) -> AgentRegistration {
        let call = Call.registration(name: name, capabilities: capabilities, slots: slots, details: details)
        return try AgentRegistration(try await fields(of: call, "the registration"))
    }

    public func agent(_ id: String) async throws(GanglionError) -> Agent {
        try Agent(try await fields(of: .get(Target("/v1/agents/", id)), "the agent"))
    }

    /// A page of the agents, newest first.
    public func agents(limit: Int? = nil, cursor: String? = nil) async throws(GanglionError) -> Page<Agent> {
        let call = Call.get(Target("/v1/agents").with("limit", limit).with("cursor", cursor))
        return try Page(try await fields(of: call, "the page"), "agents", Agent.init)
    }

    /// Takes an agent out of the registry. What it holds goes back to the queues at once.
    public func deregister(_ id: String) async throws(GanglionError) {
        _ = try await answer(to: .deregistration(id))
    }

    /// Has an agent take nothing new until it is resumed; what it has it finishes.
    @discardableResult
    public func pauseAgent(_ id: String) async throws(GanglionError) -> Agent { try await conduct(id, "pause") }

    /// Has an agent take tasks again.
    @discardableResult
    public func resumeAgent(_ id: String) async throws(GanglionError) -> Agent { try await conduct(id, "resume") }

    /// Has an agent finish what it has, and leave.
    @discardableResult
    public func drainAgent(_ id: String) async throws(GanglionError) -> Agent { try await conduct(id, "drain") }

    private func conduct(_ id: String, _ verb: String) async throws(GanglionError) -> Agent {
        let call = Call.post(Target("/v1/agents/", id, "/\(verb)"), isRepeatable: true) { _ in }
        return try Agent(try await fields(of: call, "the agent"))
    }

    /// Says that an agent is alive, and is told what is wanted of it.
    ///
    /// - Parameters:
    ///   - running: The ids of the tasks that it works on.
    ///   - fingerprints: Of some of these, by their ids: another text whenever one has got further.
    ///   - acknowledged: What it has taken note of.
    ///   - load: What it says of its load, which is shown with it.
    @discardableResult
    public func heartbeat(
        of agent: String, running: [String] = [], fingerprints: [String: String] = [:],
        acknowledged: [GuidanceReceipt] = [], load: [String: Double] = [:]
    ) async throws(GanglionError) -> HeartbeatAnswer {
        let call = Call.heartbeat(
            of: agent, running: running, fingerprints: fingerprints, acknowledged: acknowledged, load: load)
        return try HeartbeatAnswer(try await fields(of: call, "the heartbeat's answer"))
    }

    /// Hands in finished tasks and takes new ones.
    ///
    /// - Parameters:
    ///   - max: How many new tasks the agent wants.
    ///   - running: All that it works on: a task that it holds and does not name is given to it again.
    ///   - wait: How long to wait for a task, at most 60 s.
    public func take(
        _ agent: String, max: Int, running: [String] = [], finished: [FinishedTask] = [],
        acknowledged: [GuidanceReceipt] = [], wait: Duration = .zero
    ) async throws(GanglionError) -> TakeAnswer {
        let call = Call.take(
            agent, max: max, running: running, finished: finished, acknowledged: acknowledged,
            wait: min(wait, Self.longestWait))
        return try TakeAnswer(try await fields(of: call, "the take's answer"))
    }
}

extension Call {
    /// Sent twice it makes an agent that nobody is.
    static func registration(name: String, capabilities: [String], slots: Int, details: AgentDetails) -> Call {
        .post(Target("/v1/agents"), isRepeatable: false) { body in
            body.field("name", name)
            details.write(to: &body, capabilities: capabilities)
            body.field("slots", slots)
        }
    }

    static func deregistration(_ agent: String) -> Call {
        .delete(Target("/v1/agents/", agent))
    }

    static func heartbeat(
        of agent: String, running: [String], fingerprints: [String: String] = [:],
        acknowledged: [GuidanceReceipt] = [], load: [String: Double] = [:]
    ) -> Call {
        // Sent twice it would count twice for whether a task gets anywhere.
        .post(Target("/v1/agents/", agent, "/heartbeat"), isRepeatable: fingerprints.isEmpty) { body in
            body.name("running")
            body.array(running) { body, task in
                guard let fingerprint = fingerprints[task] else { return body.string(task) }
                body.object { body in
                    body.field("task_id", task)
                    body.field("fingerprint", fingerprint)
                }
            }
            body.write(acknowledged: acknowledged)
            guard !load.isEmpty else { return }
            body.name("load")
            body.object { body in
                for (name, value) in load.sorted(by: { $0.key < $1.key }) {
                    body.name(name)
                    body.double(value)
                }
            }
        }
    }

    /// Safe to repeat: answers that count already are recognised, and tasks of a lost answer are given again.
    static func take(
        _ agent: String, max: Int, running: [String], finished: [FinishedTask],
        acknowledged: [GuidanceReceipt] = [], wait: Duration
    ) -> Call {
        let target = Target("/v1/agents/", agent, "/tasks").with(wait: wait)
        return .post(target, isRepeatable: true, wait: wait) { body in
            body.field("max", max)
            if !running.isEmpty {
                body.name("running")
                body.array(running) { $0.string($1) }
            }
            if !finished.isEmpty {
                body.name("finished")
                body.array(finished) { $1.write(to: &$0) }
            }
            body.write(acknowledged: acknowledged)
        }
    }
}
