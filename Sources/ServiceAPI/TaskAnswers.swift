import Coordination
import HTTP
import JSON
import Sockets
import WorkflowCore

/// What an agent is told about its answer.
enum TaskAnswer {
    case accepted
    /// It counted before.
    case duplicate
    case refused(ProblemDocument)

    var problem: ProblemDocument? {
        if case .refused(let problem) = self { problem } else { nil }
    }

    func response() throws(ProblemDocument) -> Response {
        switch self {
        case .accepted: .json { $0.field("status", "accepted") }
        case .duplicate: .json { $0.field("status", "duplicate") }
        case .refused(let problem): throw problem
        }
    }
}

extension API {
    /// Hands an agent's answer to the task's workflow; what it cost counts once, with the answer.
    func answer(_ task: TaskID, _ event: StepEvent, _ usage: Usage = Usage()) async -> TaskAnswer {
        do throws(CoordinationError) {
            let delivery = try await node.answer(task, event)
            switch delivery.outcome {
            case .accepted:
                usage.count()
                return .accepted
            case .duplicate: return .duplicate
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
            var answers = [TaskAnswer](repeating: .duplicate, count: finished.count)
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
        writer.field("deadline", deadline)
        if !traceparent.isEmpty { writer.field("traceparent", traceparent) }
    }
}
