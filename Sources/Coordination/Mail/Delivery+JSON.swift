package import JSON
import WorkflowCore

/// What became of a letter, as it goes back to the node that waits for it.
extension Delivery {
    package var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 128 + (acceptedResult?.bytes.count ?? 0))
        writer.object { writer in
            writeOutcome(to: &writer)
            if let acceptedResult { writer.field("result", raw: acceptedResult) }
            if let escalation { writer.field("escalation", escalation) }
        }
        return writer.text
    }

    func writeOutcome(to writer: inout JSONWriter) {
        switch outcome {
        case .accepted: writer.field("outcome", "accepted")
        case .duplicate: writer.field("outcome", "duplicate")
        case .refused(let refusal): refusal.write(to: &writer)
        }
    }

    /// `nil` for what no version of this program wrote.
    package init?(stored text: JSONText) {
        let node = JSONNode(text)
        let outcome: Outcome
        switch node.member("outcome")?.string {
        case "accepted": outcome = .accepted
        case "duplicate": outcome = .duplicate
        case let reason?:
            guard let refusal = Refusal(stored: node, reason) else { return nil }
            outcome = .refused(refusal)
        case nil: return nil
        }
        self.init(
            outcome: outcome, acceptedResult: node.member("result")?.text, escalation: node.integer("escalation"))
    }
}

extension Refusal {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .unknownTask: writer.field("outcome", "unknown_task")
        case .alreadyAnswered(let attempt, let status):
            writer.field("outcome", "already_answered")
            if let attempt { writer.field("attempt", attempt) }
            writer.field("status", status.rawValue)
        case .notHeld: writer.field("outcome", "not_held")
        case .attemptOver(let current):
            writer.field("outcome", "attempt_over")
            writer.field("attempt", current)
        case .workflowEnded(let status):
            writer.field("outcome", "workflow_ended")
            writer.field("status", status.rawValue)
        case .unknownEscalation: writer.field("outcome", "unknown_escalation")
        case .alreadyResolved: writer.field("outcome", "already_resolved")
        case .claimed(let person, let until):
            writer.field("outcome", "claimed")
            writer.field("by", person)
            writer.field("until", until.milliseconds)
        case .changedSince(let version):
            writer.field("outcome", "changed_since")
            writer.field("version", version)
        case .tooManyComments(let limit):
            writer.field("outcome", "too_many_comments")
            writer.field("limit", limit)
        case .tooManyVotes(let limit):
            writer.field("outcome", "too_many_votes")
            writer.field("limit", limit)
        case .voteTooLong(let limit):
            writer.field("outcome", "vote_too_long")
            writer.field("limit", limit)
        case .notExternal: writer.field("outcome", "not_external")
        case .invalidSteps(let problems):
            writer.field("outcome", "invalid_steps")
            writer.name("problems")
            writer.array(problems) { writer, problem in
                writer.object { writer in
                    writer.field("pointer", problem.pointer)
                    writer.field("detail", problem.detail)
                }
            }
        case .stepDiffers(let id, let pointer):
            writer.field("outcome", "step_differs")
            writer.field("step", id)
            writer.field("pointer", pointer)
        case .tooManyQuestions(let limit):
            writer.field("outcome", "too_many_questions")
            writer.field("limit", limit)
        case .notAQuestion: writer.field("outcome", "not_a_question")
        case .notAnOption(let options):
            writer.field("outcome", "not_an_option")
            writer.name("options")
            writer.array(options) { $0.raw($1) }
        case .answersTooLong(let limit):
            writer.field("outcome", "answers_too_long")
            writer.field("limit", limit)
        case .partialTooLong(let limit):
            writer.field("outcome", "partial_too_long")
            writer.field("limit", limit)
        case .tooMuchGuidance(let limit):
            writer.field("outcome", "too_much_guidance")
            writer.field("limit", limit)
        case .notOpen(let status):
            writer.field("outcome", "not_open")
            writer.field("status", status.rawValue)
        }
    }

    fileprivate init?(stored node: JSONNode, _ reason: String) {
        let status = node.member("status")?.string
        switch reason {
        case "unknown_task": self = .unknownTask
        case "already_answered":
            guard let status = status.flatMap(StepStatus.init(rawValue:)) else { return nil }
            self = .alreadyAnswered(acceptedAttempt: node.integer("attempt"), status: status)
        case "not_held": self = .notHeld
        case "attempt_over":
            guard let current = node.integer("attempt") else { return nil }
            self = .attemptOver(current: current)
        case "workflow_ended":
            guard let status = status.flatMap(WorkflowStatus.init(rawValue:)) else { return nil }
            self = .workflowEnded(status)
        case "unknown_escalation": self = .unknownEscalation
        case "already_resolved": self = .alreadyResolved
        case "claimed":
            guard let person = node.member("by")?.string, let until = node.member("until")?.int64 else { return nil }
            self = .claimed(by: person, until: Instant(milliseconds: until))
        case "changed_since": self = .changedSince(version: node.integer("version") ?? 0)
        case "too_many_comments": self = .tooManyComments(limit: node.integer("limit") ?? 0)
        case "too_many_votes": self = .tooManyVotes(limit: node.integer("limit") ?? 0)
        case "vote_too_long": self = .voteTooLong(limit: node.integer("limit") ?? 0)
        case "not_external": self = .notExternal
        case "invalid_steps":
            let problems = node.member("problems")?.elements ?? []
            self = .invalidSteps(
                problems.map {
                    JSONProblem(
                        pointer: $0.member("pointer")?.string ?? "", detail: $0.member("detail")?.string ?? "")
                })
        case "step_differs":
            guard let id = node.member("step")?.string, let pointer = node.member("pointer")?.string else { return nil }
            self = .stepDiffers(id: id, pointer: pointer)
        case "too_many_questions": self = .tooManyQuestions(limit: node.integer("limit") ?? 0)
        case "not_a_question": self = .notAQuestion
        case "not_an_option": self = .notAnOption(node.member("options")?.elements.map(\.text) ?? [])
        case "partial_too_long": self = .partialTooLong(limit: node.integer("limit") ?? 0)
        case "too_much_guidance": self = .tooMuchGuidance(limit: node.integer("limit") ?? 0)
        case "not_open":
            guard let status = status.flatMap(StepStatus.init(rawValue:)) else { return nil }
            self = .notOpen(status)
        case "answers_too_long": self = .answersTooLong(limit: node.integer("limit") ?? 0)
        default: return nil
        }
    }
}
