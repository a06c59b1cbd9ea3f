import GanglionClient
import TestKit

/// The work: four tasks that read a document, each of whose results can be computed from the workflow's number.
///
/// Each result has a number of its own, its serial, and names the serials of the results that it was made from: so the
/// results that stand at the end must be the very ones that the steps behind them were given.
enum ContractReview {
    static let steps = ["classify", "extract", "validate", "summarize"]

    /// Short, so that an agent that is late is too late; with attempts enough for all that is done to them.
    private static let policy =
        #""timeout": "5s", "retry": {"max_attempts": 20, "initial_backoff": "100ms", "max_backoff": "1s"}"#

    static func plan(_ number: Int) -> String {
        """
        {"name": "contract-review", "input": {"number": \(number), "text": "\(document(number))"},
         "steps": [
          {"id": "classify", "task_type": "classify", "payload": {"text": "${input.text}"}, \(policy)},
          {"id": "extract", "task_type": "extract", "after": ["classify"],
           "payload": {"text": "${input.text}", "from": ["${steps.classify.result}"]}, \(policy)},
          {"id": "validate", "task_type": "validate", "after": ["classify"],
           "payload": {"from": ["${steps.classify.result}"]}, \(policy)},
          {"id": "summarize", "task_type": "summarize", "after": ["extract", "validate"],
           "payload": {"text": "${input.text}", "from": ["${steps.extract.result}", "${steps.validate.result}"]},
           \(policy)}],
         "output": {"summary": "${steps.summarize.result}"}}
        """
    }

    private static let words = [
        "party", "agreement", "shall", "notice", "term", "liability", "hereby", "clause", "breach", "remedy",
    ]

    /// A kilobyte that no other workflow has.
    private static func document(_ number: Int) -> String {
        var generator = SeededGenerator(seed: UInt64(number))
        var text = "\(number)"
        while text.utf8.count < 1000 { text += " \(words[Int.random(in: 0..<words.count, using: &generator)])" }
        return text
    }

    /// Of a text; what every result is made of.
    private static func digest(_ text: String) -> Int {
        text.utf8.reduce(17) { ($0 * 31 + Int($1)) % 1_000_003 }
    }

    /// What the output's value has to be.
    static func output(_ number: Int) -> Int { 6 * digest(document(number)) }

    /// An agent's work.
    static func result(of type: String, _ payload: JSONDocument, serial: Int) -> JSONDocument {
        let from = payload["from"].elements
        let sum = from.reduce(0) { $0 + ($1["value"].integer ?? 0) }
        let read = digest(payload["text"].string ?? "")
        let value =
            switch type {
            case "classify": read
            case "extract": sum * 2
            case "validate": sum * 3
            default: sum + read
            }
        let serials = from.map { JSONDocument.integer($0["serial"].integer ?? -1) }
        return ["value": .integer(value), "serial": .integer(serial), "from": .array(serials)]
    }

    /// The steps whose results a step is made from.
    static func sources(of step: String) -> [String] {
        switch step {
        case "classify": []
        case "summarize": ["extract", "validate"]
        default: ["classify"]
        }
    }
}
