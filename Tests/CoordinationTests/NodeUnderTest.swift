import JSON
import Logging
import RedisStreams
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// A node that runs, and short ways to do with it what clients and agents do.
struct NodeUnderTest: Sendable {
    let node: Node
    let loop: EventLoop
    /// Between the node and Redis, for each loop.
    let stores: [FaultyStore]
    /// Past all faults.
    let store: RedisStore
    let redis: RedisServer
    fileprivate let end: Signal
    fileprivate let hasEnded: Signal

    /// The node ends in order, as when the process is told to.
    func stop() async throws {
        end.send()
        try await hasEnded.wait()
    }

    /// The node ends without a word: nothing that it still wants to say gets through.
    func crash() async throws {
        for store in stores { store.cut() }
        try await stop()
    }

    func script(_ call: FaultyStore.Call, _ next: [FaultyStore.Fault]) {
        for store in stores { store.script(call, next) }
    }

    func count(_ call: FaultyStore.Call) -> Int { stores.reduce(0) { $0 + $1.count(call) } }

    // MARK: Workflows

    func start(_ plan: String, key: String? = nil) async throws -> WorkflowID {
        let body = try JSONText(validating: Array(plan.utf8))
        return try await node.start(body, idempotencyKey: key, traceparent: nil, on: loop).view.workflow.id
    }

    func view(_ id: WorkflowID) async throws -> WorkflowView { try await node.workflow(id, on: loop) }

    func end(of id: WorkflowID, within limit: Duration = .seconds(30)) async throws -> Workflow {
        try await node.workflow(id, newerThan: nil, within: limit, on: loop).workflow
    }

    /// The workflow as Redis has it.
    func stored(_ id: WorkflowID) async throws -> StoredWorkflow { try #require(try await store.workflow(id)) }

    func status(_ id: WorkflowID) async throws -> WorkflowStatus {
        try await stored(id).workflow(PlanCache()).status
    }

    /// What happened, as `step_completed a #1`.
    func history(_ id: WorkflowID, _ kinds: HistoryEvent.Kind...) async throws -> [String] {
        var entries: [HistoryEntry] = []
        var page = PageRequest(limit: 1000)
        repeat {
            guard let next = try await store.history(of: id, page) else { break }
            entries += next.elements
            page = PageRequest(cursor: next.next, limit: 1000)
        } while page.cursor != nil
        return entries.compactMap { entry in
            let event = JSONNode(entry.event)
            guard let type = event.member("type")?.string,
                kinds.isEmpty || kinds.contains(where: { $0.rawValue == type })
            else { return nil }
            let step = event.member("step_id")?.string.map { " \($0)" } ?? ""
            return type + step + (event.member("attempt")?.int64.map { " #\($0)" } ?? "")
        }
    }

    // MARK: Agents

    func register(_ types: String..., slots: Int = 1000) async throws -> AgentID {
        try await node.register(name: "tester", AgentProfile(types), slots: slots, on: loop)
    }

    func take(
        _ agent: AgentID, _ wanted: Int = 1, running: [TaskID] = [], within limit: Duration = .seconds(20)
    ) async throws -> [TakenTask] {
        let request = TakeRequest(agent: agent, wanted: wanted, running: running)
        return try await node.take(request, within: limit, on: loop).tasks
    }

    /// The one task that is there.
    func takeOne(_ agent: AgentID) async throws -> TakenTask { try #require(try await take(agent).first) }

    func complete(
        _ task: TakenTask, by agent: AgentID, result: String = #"{"done":true}"#
    ) async throws -> Outcome {
        let text = JSONText(unchecked: Array(result.utf8))
        let event = StepEvent.completed(attempt: task.dispatch.attempt, by: agent, result: text)
        return try await node.answer(task.dispatch.task, event).outcome
    }

    func fail(_ task: TakenTask, by agent: AgentID) async throws -> Outcome {
        let failure = AgentFailure(Failure(code: "broken", message: "it broke"))
        return try await node.answer(
            task.dispatch.task, .failed(attempt: task.dispatch.attempt, by: agent, failure)
        ).outcome
    }
}

extension NodeOptions {
    /// Short enough for tests, long enough for a busy machine.
    static func quick(
        nodeTimeout: Duration = .seconds(1), agentLostAfter: Duration = .seconds(60)
    ) -> NodeOptions {
        var options = NodeOptions()
        options.heartbeat = .milliseconds(50)
        options.nodeTimeout = nodeTimeout
        options.agentHeartbeat = .seconds(60)
        options.agentLostAfter = agentLostAfter
        return options
    }
}

/// Runs the body with a node on this Redis; it ends in order after that, if it has not before.
func withNode<Result: Sendable>(
    _ redis: RedisServer, _ options: NodeOptions = .quick(), loops count: Int = 1, logger: Logger = .quiet,
    _ body: (NodeUnderTest) async throws -> Result
) async throws -> Result {
    let loops = try EventLoopGroup(count: count)
    let clients = loops.loops.map { RedisStore.client(redis.endpoint, on: $0, logger: .quiet) }
    let stores = clients.map { FaultyStore(RedisStore(client: $0)) }
    let messages = RedisMessages(redis.endpoint, on: loops.loops[0], logger: .quiet)
    let node = Node(loops: loops, stores: stores, messages: messages, options: options, logger: logger)
    let (end, hasEnded) = (Signal(), Signal())
    let test = NodeUnderTest(
        node: node, loop: loops.loops[0], stores: stores, store: RedisStore(client: clients[0]), redis: redis,
        end: end,
        hasEnded: hasEnded)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        for client in clients { group.addTask { await client.run() } }
        group.addTask {
            await node.run { try? await end.wait(within: .seconds(300)) }
            hasEnded.send()
        }
        defer { group.cancelAll() }
        do {
            try await eventually { await node.unavailability() == nil }
            let result = try await body(test)
            try await test.stop()
            return result
        } catch {
            try await test.stop()
            throw error
        }
    }
}

/// Plans of which a test minds only the steps.
enum StepsText {
    /// A plan with these steps.
    static func plan(_ steps: String, _ fields: String = "") -> String {
        #"{"name": "test", \#(fields)\#(fields.isEmpty ? "" : ", ")"steps": [\#(steps)]}"#
    }

    /// A plan of one step, `only`.
    static func only(_ fields: String = "", type: String = "work") -> String {
        plan(#"{"id": "only", "task_type": "\#(type)"\#(fields.isEmpty ? "" : ", ")\#(fields)}"#)
    }

    /// A step, then as many as there are wide, then one after them all.
    static func fanOut(_ width: Int, _ fields: String = "") -> String {
        let fields = fields.isEmpty ? "" : ", \(fields)"
        let root = #"{"id": "root", "task_type": "work"}"#
        let leaves = (0..<width).map {
            #"{"id": "s\#($0)", "task_type": "work", "after": ["root"], "payload": \#($0)\#(fields)}"#
        }
        let names = (0..<width).map { #""s\#($0)""# }.joined(separator: ",")
        let join = #"{"id": "join", "task_type": "work", "after": [\#(names)], "payload": null}"#
        return plan(([root] + leaves + [join]).joined(separator: ","), #""output": "${steps.join.result}""#)
    }
}
