import JSON
import WorkflowCore

/// Short ways to write plans of which a test minds only the steps.
enum PlanText {
    /// A plan around the JSON of its steps, and of further fields before them.
    static func with(steps: String, _ fields: String = "") -> String {
        #"{"name": "test", \#(fields)\#(fields.isEmpty ? "" : ", ")"steps": [\#(steps)]}"#
    }

    /// A plan of one step called `only`, with these fields beside its id and task type.
    static func only(_ fields: String = "", output: String = "") -> String {
        let fields = fields.isEmpty ? "" : ", \(fields)"
        let output = output.isEmpty ? "" : #""output": \#(output)"#
        return with(steps: #"{"id": "only", "task_type": "work"\#(fields)}"#, output)
    }

    /// A plan without steps: a program adds them.
    static func external(_ fields: String = "") -> String {
        #"{"name": "test", "coordinator": "external"\#(fields.isEmpty ? "" : ", ")\#(fields)}"#
    }

    /// The plan language's own example.
    static let contractReview = #"""
        { "name": "contract-review",
          "input": {"document": "A contract."},
          "steps": [
            {"id": "classify", "task_type": "classify", "payload": {"text": "${input.document}"}},
            {"id": "extract", "task_type": "extract", "after": ["classify"],
             "payload": {"text": "${input.document}", "kind": "${steps.classify.result.kind}"}},
            {"id": "validate", "task_type": "validate", "after": ["extract"],
             "when": "steps.classify.result.kind != 'unknown'"},
            {"id": "summarize", "task_type": "summarize", "after": ["extract", "validate"],
             "timeout": "30s", "queue_timeout": "5m",
             "retry": {"max_attempts": 4, "initial_backoff": "1s", "factor": 2, "max_backoff": "1m"},
             "on_exhausted": "escalate"}],
          "output": {"summary": "${steps.summarize.result.text}"} }
        """#
}
