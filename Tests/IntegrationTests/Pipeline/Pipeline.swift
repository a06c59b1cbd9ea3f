import GanglionClient

/// Workflows of four steps whose results tell what they were made from.
///
/// Each result has a number of its own, its serial, and names the serials of the results that it was made from: so the
/// results that stand at the end must be the very ones that the steps behind them were given.
enum Pipeline {
    static let steps = ["classify", "extract", "validate", "summarize"]

    static func plan(_ number: Int) -> String {
        """
        {"name": "pipeline", "input": {"value": \(number), "serial": 0},
         "steps": [
          {"id": "classify", "task_type": "classify", "payload": ["${input}"]},
          {"id": "extract", "task_type": "extract", "after": ["classify"], "payload": ["${steps.classify.result}"]},
          {"id": "validate", "task_type": "validate", "after": ["classify"], "payload": ["${steps.classify.result}"]},
          {"id": "summarize", "task_type": "summarize", "after": ["extract", "validate"],
           "payload": ["${steps.extract.result}", "${steps.validate.result}"]}],
         "output": {"value": "${steps.summarize.result.value}"}}
        """
    }

    /// What the output's value has to be.
    static func output(_ number: Int) -> Int { 5 * (number + 1) }

    /// An agent's work.
    static func result(of type: String, _ payload: JSONDocument, serial: Int) -> JSONDocument {
        let sum = payload.root.elements.reduce(0) { $0 + ($1["value"].integer ?? 0) }
        let value =
            switch type {
            case "classify": sum + 1
            case "extract": sum * 2
            case "validate": sum * 3
            default: sum
            }
        let from = payload.root.elements.map { JSONDocument.integer($0["serial"].integer ?? -1) }
        return ["value": .integer(value), "serial": .integer(serial), "from": .array(from)]
    }

    /// What is wrong with a workflow that has ended; `nil` if nothing is.
    static func problem(with workflow: WorkflowStatus, number: Int) -> String? {
        guard workflow.status == .completed else { return "it is \(workflow.status): \(workflow.steps)" }
        guard workflow.output["value"].integer == output(number) else { return "its output is \(workflow.output)" }
        func serial(_ step: String) -> Int? { workflow[step: step]?.result?["serial"].integer }
        func from(_ step: String) -> [Int?] {
            workflow[step: step]?.result?["from"].elements.map(\.integer) ?? []
        }
        let isWhole =
            from("classify") == [0] && from("extract") == [serial("classify")]
            && from("validate") == [serial("classify")]
            && from("summarize") == [serial("extract"), serial("validate")]
        return isWhole ? nil : "a step was given a result that does not stand: \(workflow.steps)"
    }
}
