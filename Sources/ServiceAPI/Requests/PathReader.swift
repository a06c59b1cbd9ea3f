import HTTP
import WorkflowCore

/// Ids in paths: one that cannot be anybody's is as unknown as one that is nobody's.
extension Request {
    func workflowID() throws(ProblemDocument) -> WorkflowID {
        try id("workflow", WorkflowID.init)
    }

    func agentID() throws(ProblemDocument) -> AgentID {
        try id("agent", AgentID.init)
    }

    func taskID() throws(ProblemDocument) -> TaskID {
        try id("task", TaskID.init)
    }

    func escalationID() throws(ProblemDocument) -> EscalationID {
        try id("escalation", EscalationID.init)
    }

    func taskType() throws(ProblemDocument) -> String {
        let name = parameters["task_type"] ?? ""
        guard Identifier.isValid(name) else { throw .unknownTaskType(name) }
        return name
    }

    private func id<ID>(_ thing: String, _ read: (String) -> ID?) throws(ProblemDocument) -> ID {
        let text = parameters["\(thing)_id"] ?? ""
        guard let id = read(text) else { throw .unknown(thing, text) }
        return id
    }
}
