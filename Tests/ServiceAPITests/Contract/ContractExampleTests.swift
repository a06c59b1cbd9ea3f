import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

/// What the contract gives as examples can be sent, and does what it says there.
@Suite("The contract's examples", .service, .timeLimit(.minutes(1)))
struct ContractExampleTests {
    /// A request's example, and the operation that it is for.
    struct Example: Sendable, CustomTestStringConvertible {
        let operation: ContractDocument.Operation
        let name: String
        let body: JSONValue?
        var testDescription: String { "\(operation.id) \(name)" }
    }

    static let examples = ContractDocument.shared.operations.flatMap { operation in
        let content = operation.description["requestBody"]["content"]["application/json"]
        let bodies = content["examples"].members.map { name, example in
            Example(operation: operation, name: name, body: ContractDocument.shared.resolved(example)["value"])
        }
        return bodies.isEmpty ? [Example(operation: operation, name: "without a body", body: nil)] : bodies
    }

    @Test("Every request that the contract shows is taken", arguments: examples)
    func taken(_ example: Example) async throws {
        let service = try suiteService()
        let state = try await ExampleState.made(for: example, on: service)
        let target = state.adapted(example.operation.path)
        let body = example.body.map { state.adapted(JSONText($0).string) }
        if example.operation.isStream {
            return #expect(try await service.stream(target) { _ in true }.status == 200)
        }
        let answer = try await service.send(example.operation.method, target, body: body.map { Array($0.utf8) })
        let success = example.operation.description["responses"].members.keys.compactMap(Int.init).filter { $0 < 300 }
        #expect(success.contains(answer.status), "\(answer)")
        if example.operation.id == "takeTasks" {
            #expect(answer["refused"] == [])
            #expect(answer["accepted"].elements.count == example.body?["finished"].elements.count)
        }
    }

    @Test("Every parameter's example is taken")
    func parameters() async throws {
        let service = try suiteService()
        var sent = 0
        for operation in ContractDocument.shared.operations where operation.method == .get {
            let parameters = operation.description["parameters"].elements.map(ContractDocument.shared.resolved)
            for parameter in parameters where parameter["in"] == "query" && !parameter["example"].isNull {
                let state = try await ExampleState.made(
                    for: Example(operation: operation, name: "", body: nil), on: service)
                let example = parameter["example"]
                let value = example.string ?? example[0].string ?? example.integer.map(String.init) ?? ""
                let name = parameter["name"].string ?? ""
                // A wait would take as long as it says, but for a workflow that has ended.
                if name == "wait" { try await service.cancel(state.workflow) }
                let target = state.adapted("\(operation.path)?\(name)=\(value)")
                if operation.isStream {
                    #expect(try await service.stream(target) { _ in true }.status == 200, "\(operation.id) \(name)")
                } else {
                    let answer = try await service.get(target)
                    #expect(answer.status == 200, "\(operation.id) \(name): \(answer)")
                }
                sent += 1
            }
        }
        #expect(sent >= 10)
    }
}

/// Real ids for those of the examples, with what they stand for at hand.
private struct ExampleState {
    var workflow = ""
    var agent = ""
    var type = ""

    func adapted(_ text: String) -> String {
        let token = workflow.dropFirst("wf_".count)
        return
            text
            .replacing("{workflow_id}", with: workflow).replacing("{agent_id}", with: agent)
            .replacing("{task_id}", with: "task_\(token)_0").replacing("{escalation_id}", with: "esc_\(token)_1")
            .replacing("{task_type}", with: type).replacing("{webhook}", with: type)
            .replacing("agent_6d2k8w4m0t9x3c7v1n5r2h8qjp", with: agent)
            .replacing("0_3vq8k2m9x4c7t1n6r0h5w2j8pd", with: token)
    }

    static func made(for example: ContractExampleTests.Example, on service: RunningService) async throws -> Self {
        var state = ExampleState()
        let type = TaskType.unique()
        state.type = type
        state.agent = try await service.register(type, slots: 4)
        // Three tasks, of which an example hands in the third's second attempt.
        let step: (Int) -> JSONValue = {
            ["id": .string("step\($0)"), "task_type": .string(type), "retry": ["initial_backoff": "0ms"]]
        }
        let isExternal = ["addSteps", "completeWorkflow", "failWorkflow"].contains(example.operation.id)
        state.workflow = try await service.start([
            "name": "example", "coordinator": isExternal ? "external" : "ganglion", "input": ["topic": "contracts"],
            "steps": [step(0), step(1), step(2)],
        ])
        if example.operation.path.contains("{webhook}") {
            // Nobody listens there.
            try await service.put(
                "/v1/webhooks/\(type)", ["url": "http://127.0.0.1:9/", "events": ["workflow_failed"]])
        }
        let isFirstTake = example.operation.id == "takeTasks" && example.name == "first"
        if example.operation.id == "retryWorkflow" {
            try await service.cancel(state.workflow)
        } else if example.operation.path.contains("escalation") {
            let task = try await service.take(state.agent, max: 1)[0]
            if example.name == "answer" {
                try await service.ask(task, by: state.agent, "Which kind is it?")
            } else {
                try await service.fail(task, by: state.agent, retryable: false)
            }
        } else if !isFirstTake {
            let tasks = try await service.take(state.agent, max: 3)
            try await service.fail(tasks[2], by: state.agent, retryable: true)
            let named: [JSONValue] = tasks.prefix(2).map { $0["task_id"] }
            let again = try await service.post(
                "/v1/agents/\(state.agent)/tasks?wait=10s", ["max": 1, "running": .array(named)])
            try #require(again["tasks"].elements.count == 1)
        }
        return state
    }
}

extension ContractDocument.Operation {
    /// Whether its answer goes on.
    fileprivate var isStream: Bool {
        !description["responses"]["200"]["content"]["text/event-stream"].isNull
    }
}
