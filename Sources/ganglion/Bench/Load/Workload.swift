import GanglionClient

/// The workflows of a scenario: each carries a number through all its steps, so that its output tells whether every
/// result came to the step, and to the workflow, that it belongs to.
struct Workload: Sendable {
    let scenario: Scenario
    let steps: Int
    private let afterNumber: String

    init(_ scenario: Scenario, steps: Int) {
        self.scenario = scenario
        self.steps = steps
        let plan =
            switch scenario {
            case .contractReview: Self.contractReview(taskTypes: Self.contractReviewTypes)
            case .idle: Self.contractReview(taskTypes: Self.idleTypes)
            case .chain: Self.chain(steps)
            case .fanOut: Self.fanOut(steps)
            case .shipments: Self.shipment
            }
        afterNumber = plan + "}"
    }

    private static let contractReviewTypes = ["classify", "extract", "validate", "summarize"]
    /// What no agent of anybody does.
    private static let idleTypes = contractReviewTypes.map { "bench-nobody-\($0)" }
    private static let stepType = "bench-step"
    private static let updateType = "bench-update"

    /// The task types that agents have to do; none for what nobody is to take.
    var taskTypes: [String] {
        switch scenario {
        case .contractReview: Self.contractReviewTypes
        case .chain, .fanOut: [Self.stepType]
        case .shipments: [Self.updateType]
        case .idle: []
        }
    }

    /// The plan of the workflow of that number, with its input.
    func plan(_ number: Int) throws(GanglionError) -> JSONDocument {
        try JSONDocument(parsing: "{\"input\": {\"number\": \(number)\(afterNumber)")
    }

    /// What an agent gives for a task.
    static func result(of task: AgentTask) -> JSONDocument { task.payload["number"].document ?? .null }

    /// Whether the output is what the agents of this measurement make of the workflow of that number.
    func isOutput(_ output: JSONDocument, of number: Int) -> Bool {
        switch scenario {
        case .contractReview:
            output["summary"].integer == number && output["validation"].integer == number
        case .chain, .shipments: output["last"].integer == number
        case .fanOut:
            output.root.members.count == steps && output.root.members.allSatisfy { $0.value.integer == number }
        case .idle: false
        }
    }
}

/// The plans, from behind the number in their input on.
extension Workload {
    /// 1 KB.
    private static let document = String(repeating: "This agreement is made between the parties. ", count: 23)

    private static func contractReview(taskTypes types: [String]) -> String {
        """
        , "document": "\(document)"},
         "name": "contract-review",
         "steps": [
           {"id": "classify", "task_type": "\(types[0])",
            "payload": {"text": "${input.document}", "number": "${input.number}"}},
           {"id": "extract", "task_type": "\(types[1])", "after": ["classify"],
            "payload": {"text": "${input.document}", "number": "${steps.classify.result}"}},
           {"id": "validate", "task_type": "\(types[2])", "after": ["classify"],
            "payload": {"number": "${steps.classify.result}"}},
           {"id": "summarize", "task_type": "\(types[3])", "after": ["extract", "validate"],
            "payload": {"text": "${input.document}", "number": "${steps.extract.result}"}}],
         "output": {"summary": "${steps.summarize.result}", "validation": "${steps.validate.result}"}
        """
    }

    private static func chain(_ count: Int) -> String {
        let steps = (1...count).map { step in
            let after = step == 1 ? "" : ", \"after\": [\"s\(step - 1)\"]"
            let number = step == 1 ? "input.number" : "steps.s\(step - 1).result"
            return #"{"id": "s\#(step)", "task_type": "\#(stepType)"\#(after), "payload": {"number": "${\#(number)}"}}"#
        }
        return """
            }, "name": "chain", "steps": [\(steps.joined(separator: ", "))],
             "output": {"last": "${steps.s\(count).result}"}
            """
    }

    /// Without an output of its own, which would be one expression over all steps: the results by their steps.
    private static func fanOut(_ count: Int) -> String {
        let steps = (1...count).map { step in
            #"{"id": "s\#(step)", "task_type": "\#(stepType)", "payload": {"number": "${input.number}"}}"#
        }
        return "}, \"name\": \"fan-out\", \"steps\": [\(steps.joined(separator: ", "))]"
    }

    private static let shipment = """
        , "at": "Hamburg", "status": "in transit", "carrier": "rail"},
         "name": "shipment",
         "steps": [{"id": "update", "task_type": "\(updateType)",
                    "payload": {"number": "${input.number}", "at": "${input.at}", "status": "${input.status}"}}],
         "output": {"last": "${steps.update.result}"}
        """
}
