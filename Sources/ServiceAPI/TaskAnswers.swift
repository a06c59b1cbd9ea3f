import Coordination
import HTTP
import JSON
import Sockets
import WorkflowCore

/// What an agent is told about its answer; of a question, which escalation it is.
enum TaskAnswer {
    case accepted(EscalationID?)
    /// It counted before.
    case duplicate(EscalationID?)
    case refused(ProblemDocument)

    var problem: ProblemDocument? {
        if case .refused(let problem) = self { problem } else { nil }
    }

    var isDuplicate: Bool {
        if case .duplicate = self { true } else { false }
    }

    func response() throws(ProblemDocument) -> Response {
        switch self {
        case .accepted(let escalation): Self.response("accepted", escalation)
        case .duplicate(let escalation): Self.response("duplicate", escalation)
        case .refused(let problem): throw problem
        }
    }

    private static func response(_ status: String, _ escalation: EscalationID?) -> Response {
        .json { writer in
            writer.field("status", status)
            writer.field("escalation_id", optional: escalation?.description)
        }
    }
}

extension API {
    /// Hands an agent's answer to the task's workflow; what it cost counts once, with the answer.
    func answer(_ task: TaskID, _ event: StepEvent, _ usage: Usage = Usage()) async -> TaskAnswer {
        do throws(CoordinationError) {
            let delivery = try await node.answer(task, event)
            let escalation = delivery.escalation.map { EscalationID(workflow: task.workflow, number: $0) }
            switch delivery.outcome {
            case .accepted:
                usage.count()
                return .accepted(escalation)
            case .duplicate: return .duplicate(escalation)
            case .refused(let refusal):
                return .refused(ProblemDocument(refusal, of: task, acceptedResult: delivery.acceptedResult))
            }
        } catch {
            if case .unknownWorkflow = error { return .refused(.unknown("task", task)) }
            return .refused(ProblemDocument(error))
        }
    }

    /// Hands in all at once, each for itself, so that their commits share a round trip.
    func handIn(_ finished: [FinishedTask], on loop: EventLoop) async -> [TaskAnswer] {
        if finished.count == 1 { return [await answer(finished[0].task, finished[0].event, finished[0].usage)] }
        return await withTaskGroup(of: (Int, TaskAnswer).self) { group in
            for (index, task) in finished.enumerated() {
                group.addTask(executorPreference: loop) {
                    (index, await self.answer(task.task, task.event, task.usage))
                }
            }
            var answers = [TaskAnswer](repeating: .duplicate(nil), count: finished.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }
}

extension TakenTask {
    func write(to writer: inout JSONWriter) {
        writer.field("task_id", dispatch.task)
        writer.field("workflow_id", dispatch.task.workflow)
        writer.field("step_id", dispatch.stepID)
        writer.field("task_type", dispatch.taskType)
        writer.field("attempt", dispatch.attempt)
        writer.field("payload", raw: dispatch.payload)
        if let answers = dispatch.answers { Self.write(answers, to: &writer) }
        if let partial = dispatch.partial { writer.field("partial", raw: partial) }
        writer.field("deadline", deadline)
        writer.field("heartbeat_timeout", optional: dispatch.heartbeatTimeout?.text)
        if !traceparent.isEmpty { writer.field("traceparent", traceparent) }
    }

    /// The last answer is what the attempt goes on with; an agent that begins anew may need the earlier ones too.
    private static func write(_ answers: JSONText, to writer: inout JSONWriter) {
        let last = JSONNode(answers).elements.last
        if let answer = last?.member("answer") { writer.field("answer", raw: answer.text) }
        if let escalation = last?.member("escalation_id") { writer.field("escalation_id", raw: escalation.text) }
        writer.field("answers", raw: answers)
    }
}
