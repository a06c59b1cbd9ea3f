import GanglionClient
import HTTP
import HTTPTypes
import Sockets
import TestKit

/// A service with one queue of tasks, in memory, which answers agents as openapi.yaml says.
actor FakeQueue: Responder {
    /// What agents asked, as short lines: `take 2 running=t1 finished=t0#1`.
    nonisolated let log = EventLog<String>()
    /// A take was given up by its agent.
    nonisolated let gone = Signal()

    private var agents: Set<String> = []
    private var registrations = 0
    private var queue: [(id: String, attempt: Int)] = []
    private var held: [String: Int] = [:]
    private var results: [String: JSONDocument] = [:]
    private var cancelled: Set<String> = []
    private var faults: [(prefix: String, response: Response)] = []
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var heartbeatInterval = "5s"

    // MARK: What tests do

    func add(_ tasks: String..., attempt: Int = 1) {
        queue += tasks.map { ($0, attempt) }
        wake()
    }

    func cancel(_ task: String) {
        held[task] = nil
        cancelled.insert(task)
        wake()
    }

    func loseAgents() {
        agents = []
        held = [:]
        wake()
    }

    func setHeartbeatInterval(_ text: String) { heartbeatInterval = text }

    /// Answers the next request whose line begins so with this, and does nothing.
    func fail(_ prefix: String, with response: Response, times: Int = 1) {
        for _ in 0..<times { faults.append((prefix, response)) }
    }

    func result(of task: String) -> JSONDocument? { results[task] }

    private func wake() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    // MARK: What agents get

    func respond(to request: Request) async -> Response {
        let seen = Seen(request)
        let parts = request.path.split(separator: "/").map(String.init)
        switch (seen.method, parts.count, parts.last) {
        case ("POST", 2, "agents"): return register(seen.json)
        case ("DELETE", 3, _): return deregister(parts[2])
        case ("POST", 4, "heartbeat"): return heartbeat(parts[2], seen.json)
        case ("POST", 4, "tasks"): return await take(parts[2], seen.json, waits: seen.target.contains("wait="))
        case ("POST", 4, let verb?): return answer(parts[2], verb, seen.json)
        default: return .problem(404, "unknown-resource")
        }
    }

    private func note(_ line: String) -> Response? {
        log.record(line)
        guard let place = faults.firstIndex(where: { line.hasPrefix($0.prefix) }) else { return nil }
        return faults.remove(at: place).response
    }

    private func register(_ body: JSONDocument) -> Response {
        if let fault = note("register \(body["name"].string ?? "")") { return fault }
        registrations += 1
        agents.insert("agent_\(registrations)")
        return .json(
            201,
            [
                "id": "agent_\(registrations)", "heartbeat_interval": .string(heartbeatInterval), "lost_after": "15s",
            ])
    }

    private func deregister(_ agent: String) -> Response {
        if let fault = note("deregister \(agent)") { return fault }
        agents.remove(agent)
        return Response(status: .noContent)
    }

    private func heartbeat(_ agent: String, _ body: JSONDocument) -> Response {
        let running = names(body["running"])
        if let fault = note("heartbeat running=\(running.joined(separator: ","))") { return fault }
        guard agents.contains(agent) else { return .problem(410, "agent-lost") }
        return .json(
            200,
            [
                "status": "alive", "cancel": .array(running.filter { held[$0] == nil }.map { .string($0) }),
                "heartbeat_interval": .string(heartbeatInterval), "lost_after": "15s",
            ])
    }

    private func take(_ agent: String, _ body: JSONDocument, waits: Bool) async -> Response {
        let max = body["max"].integer ?? 1
        let running = names(body["running"])
        let finished = body["finished"].elements
        let handedIn = finished.map { "\($0["task_id"].string ?? "")#\($0["attempt"].integer ?? 0)" }
        let line = "take \(max) running=\(running.joined(separator: ",")) finished=\(handedIn.joined(separator: ","))"
        if let fault = note(line) { return fault }
        guard agents.contains(agent) else { return .problem(410, "agent-lost") }
        var accepted: [String] = []
        for element in finished {
            let id = element["task_id"].string ?? ""
            store(id, element["result"].document)
            accepted.append(id)
        }
        var answer = answer(max, running)
        while waits, max > 0, answer == nil, !Task.isCancelled, agents.contains(agent) {
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiters.append($0) }
            } onCancel: {
                Task { await self.wake() }
            }
            if Task.isCancelled { gone.send() } else { answer = self.answer(max, running) }
        }
        guard agents.contains(agent) else { return .problem(410, "agent-lost") }
        return .json(
            200,
            [
                "tasks": .array(answer?.tasks ?? []), "accepted": .array(accepted.map { .string($0) }),
                "refused": [], "cancel": .array((answer?.cancel ?? []).map { .string($0) }),
            ])
    }

    /// New tasks, those of a lost answer first, and those to stop; `nil` if there is nothing to say.
    private func answer(_ max: Int, _ running: [String]) -> (tasks: [JSONDocument], cancel: [String])? {
        let cancel = running.filter { cancelled.remove($0) != nil }
        var tasks: [JSONDocument] = []
        for (id, attempt) in held where max > 0 && !running.contains(id) { tasks.append(assignment(id, attempt)) }
        while tasks.count < max, !queue.isEmpty {
            let (id, attempt) = queue.removeFirst()
            held[id] = attempt
            tasks.append(assignment(id, attempt))
        }
        return tasks.isEmpty && cancel.isEmpty ? nil : (tasks, cancel)
    }

    private func assignment(_ id: String, _ attempt: Int) -> JSONDocument {
        [
            "task_id": .string(id), "workflow_id": "wf_1", "step_id": "step", "task_type": "work",
            "attempt": .integer(attempt), "payload": ["id": .string(id)], "deadline": "2026-11-23T17:05:00.000Z",
        ]
    }

    private func answer(_ task: String, _ verb: String, _ body: JSONDocument) -> Response {
        let code = body["error"]["code"].string.map { " \($0)" } ?? ""
        if let fault = note("\(verb) \(task)#\(body["attempt"].integer ?? 0)\(code)") { return fault }
        if verb == "progress" { return .json(200, ["status": "accepted"]) }
        let isDuplicate = results[task] != nil
        store(task, body["result"].document)
        return .json(200, ["status": isDuplicate ? "duplicate" : "accepted"])
    }

    private func store(_ task: String, _ result: JSONDocument?) {
        held[task] = nil
        if results[task] == nil { results[task] = result ?? .null }
    }

    private func names(_ element: JSONElement) -> [String] { element.elements.compactMap(\.string).sorted() }
}

extension EventLog<String> {
    /// Waits until a line that begins so has been recorded so often.
    func wait(for prefix: String, count: Int = 1) async throws {
        try await wait { lines in lines.count { $0.hasPrefix(prefix) } >= count }
    }
}
