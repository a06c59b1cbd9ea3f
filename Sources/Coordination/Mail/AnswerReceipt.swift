package import JSON
package import WorkflowCore

/// What is known of the answer of an agent beside Redis, which is told in the agent's box what became of it.
package struct AnswerReceipt: Hashable, Sendable {
    package let agent: AgentID
    package let step: Int
    package let attempt: Int
    /// Why it cannot be read, if it cannot.
    package var problems: [JSONProblem] = []

    /// What the agent is told: a JSON object.
    package func verdict(_ delivery: Delivery, in workflow: WorkflowID) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.object { writer in
            writer.field("task_id", TaskID(workflow: workflow, step: step))
            writer.field("attempt", attempt)
            guard problems.isEmpty else {
                writer.field("outcome", "malformed")
                writer.name("problems")
                writer.array(problems) { writer, problem in
                    writer.object { writer in
                        writer.field("pointer", problem.pointer)
                        writer.field("detail", problem.detail)
                    }
                }
                return
            }
            if case .refused(.alreadyAnswered(let accepted, let status)) = delivery.outcome {
                // `attempt` is the answer's own.
                writer.field("outcome", "already_answered")
                if let accepted { writer.field("accepted_attempt", accepted) }
                writer.field("status", status.rawValue)
            } else if case .refused(.attemptOver(let current)) = delivery.outcome {
                writer.field("outcome", "attempt_over")
                writer.field("current_attempt", current)
            } else {
                delivery.writeOutcome(to: &writer)
            }
            if let number = delivery.escalation {
                writer.field("escalation_id", EscalationID(workflow: workflow, number: number))
            }
        }
        return writer.text
    }
}

extension MailedLetter {
    /// Reads what agent_answer.lua has put in a mailbox: the step, what it is, and that as JSON.
    init(place: StreamPlace, from agent: AgentID, attempt: String, _ bytes: [UInt8]) {
        var reader = MessageReader(bytes)
        guard let attempt = Int(attempt), let step = Int(reader.word()), step >= 0 else {
            self.init(place: place, letter: nil)
            return
        }
        var receipt = AnswerReceipt(agent: agent, step: step, attempt: attempt)
        var problems = JSONProblems()
        let kind = reader.word()
        if let event = StepEvent(kind, reader.rest, attempt: attempt, by: agent, problems: &problems) {
            self.init(place: place, letter: Letter(.step(step, event), reply: .agent(receipt)))
        } else {
            receipt.problems = problems.list
            self.init(place: place, unreadable: receipt)
        }
    }
}

extension StepEvent {
    /// Reads an answer as HTTP takes it; `nil` if there is a problem.
    fileprivate init?(
        _ kind: String, _ bytes: [UInt8], attempt: Int, by agent: AgentID, problems: inout JSONProblems
    ) {
        let text: JSONText
        do throws(JSONError) {
            text = try JSONText(validating: bytes)
        } catch {
            problems.add("", "\(error)")
            return nil
        }
        let node = JSONNode(text)
        switch kind {
        case "result": self = .completed(attempt: attempt, by: agent, result: node.text)
        case "error":
            guard let failure = AgentFailure(node, at: "", problems: &problems), problems.list.isEmpty else {
                return nil
            }
            self = .failed(attempt: attempt, by: agent, failure)
        case "question":
            guard let question = Question(node, at: "", problems: &problems), problems.list.isEmpty else { return nil }
            self = .asked(attempt: attempt, by: agent, question)
        case "progress":
            guard let report = ProgressReport(node, at: "", problems: &problems), problems.list.isEmpty else {
                return nil
            }
            self = .progressed(attempt: attempt, by: agent, report)
        default:
            problems.add("", "expected a result, an error, a question or progress, found '\(kind)'")
            return nil
        }
    }
}
