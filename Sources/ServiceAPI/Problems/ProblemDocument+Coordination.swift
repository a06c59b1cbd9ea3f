import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// What nodes and coordinators refuse, as problem documents.
extension ProblemDocument {
    /// Why a node did not do what it was asked.
    init(_ error: CoordinationError) {
        switch error {
        case .unknownWorkflow(let id): self = .unknown("workflow", id)
        case .unknownAgent(let id): self = .unknown("agent", id)
        case .unknownEscalation(let id): self = .unknown("escalation", id)
        case .unknownTaskType(let name): self = .unknownTaskType(name)
        case .agentGone:
            self.init(
                name: "agent-lost", title: "Agent lost", status: .gone,
                detail: "The agent was not heard of in time or has left; register again with POST /v1/agents.")
        case .rejected(let problems): self = .invalid(problems)
        case .keyReused:
            self.init(
                name: "idempotency-key-reused", title: "Idempotency key reused", status: .unprocessableContent,
                detail: "The key was used for another request before.",
                places: [
                    Place(part: .header, name: "Idempotency-Key", detail: "a key belongs to one plan and input")
                ])
        case .ownedElsewhere(_, let node):
            self = .unavailable("the node \(node) coordinates the workflow, or did so a moment ago")
        case .quarantined(let id, let reason):
            let escalation = EscalationID.quarantine(of: id).description
            self = .conflict(
                "workflow-quarantined", "Workflow in quarantine",
                "Nobody could go on with the workflow; the escalation \(escalation) says why, and what becomes of it."
                    + (reason.map { " What is stored cannot be read: \($0)" } ?? ""))
            members = [("escalation_id", JSONText(.string(escalation)))]
        case .unavailable(let reason): self = .unavailable(reason)
        case .damaged(let reason):
            self.init(
                name: "internal-server-error", title: "Internal Server Error", status: .internalServerError,
                detail: "What is stored of it cannot be read; the service's log says more.", cause: reason)
        }
    }

    /// Why an agent's answer changed nothing.
    init(_ refusal: Refusal, of task: TaskID, acceptedResult: JSONText?) {
        switch refusal {
        case .alreadyAnswered(let attempt, let status):
            self = .conflict(
                "already-answered", "Already answered",
                attempt.map { "Attempt \($0) was accepted." } ?? "The step is \(status.rawValue) already.")
            members = [("step_status", JSONText(.string(status.rawValue)))]
            if let attempt { members.append(("accepted_attempt", JSONText(.integer(Int64(attempt))))) }
            if let acceptedResult { members.append(("accepted_result", acceptedResult)) }
        case .notHeld:
            self = .conflict(
                "task-not-held", "Task not held", "The attempt was never given to this agent.")
        case .attemptOver(let current):
            self = .conflict(
                "attempt-over", "Attempt over", "The attempt is over or not begun; the current one is \(current).")
            members = [("current_attempt", JSONText(.integer(Int64(current))))]
        case .unknownTask, .unknownEscalation: self = .unknown("task", task)
        case .workflowEnded(let status):
            self = .conflict("workflow-ended", "Workflow ended", "The workflow is \(status.rawValue) already.")
        case .tooManyQuestions(let limit):
            self = .conflict(
                "too-many-questions", "Too many questions",
                "The step has asked \(limit) questions, and may ask no more; the attempt goes on.")
        case .partialTooLong(let limit):
            self = .conflict(
                "partial-too-long", "Partial output too long",
                "With it the payloads and partial outputs of this workflow's open tasks would have more than "
                    + "\(limit >> 20) MiB; the attempt goes on.")
        case .notOpen(let status):
            self = .conflict("task-not-open", "Task not open", "Nobody works on it: the step is \(status.rawValue).")
            members = [("step_status", JSONText(.string(status.rawValue)))]
        case .tooMuchGuidance(let limit):
            self = .conflict(
                "too-much-guidance", "Too much guidance",
                "\(limit) notes wait for an agent to acknowledge them, and no more may.")
        case .claimed, .changedSince, .tooManyComments, .tooManyVotes, .voteTooLong, .alreadyResolved, .notAQuestion,
            .notAnOption, .answersTooLong, .notExternal, .invalidSteps, .stepDiffers:
            self = .conflict("already-resolved", "Already resolved", "The escalation has been resolved.")
        }
    }
}

extension ProblemDocument {
    /// Why the program that coordinates a workflow is not followed.
    init(_ refusal: Refusal, of workflow: WorkflowID) {
        switch refusal {
        case .notExternal:
            self = .conflict(
                "not-external", "Not external",
                "The workflow's plan is whole, and it ends by itself; only one with the coordinator 'external' does "
                    + "not."
            )
        case .invalidSteps(let problems): self = .invalid(problems)
        case .stepDiffers(let id, let pointer):
            self = .conflict(
                "step-differs", "Step differs", "The step '\(id)' is there already, and it is not the same.")
            places = [Place(part: .pointer, name: pointer, detail: "the step that is there has another value here")]
        case .workflowEnded(let status):
            self = .conflict("workflow-ended", "Workflow ended", "The workflow is \(status.rawValue) already.")
        default: self = .unknown("workflow", workflow)
        }
    }
}

/// Runs what a node is asked, with its errors as problem documents.
func asking<Value>(
    _ question: () async throws(CoordinationError) -> Value
) async throws(ProblemDocument) -> Value {
    do throws(CoordinationError) {
        return try await question()
    } catch {
        throw ProblemDocument(error)
    }
}
