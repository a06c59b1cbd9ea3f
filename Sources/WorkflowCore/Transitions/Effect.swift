package import JSON

/// What a transition wants done. The coordinator's interpreter carries all effects of a transition out in one commit.
package enum Effect: Hashable, Sendable {
    /// Put an attempt on its agent queue; the step's former entry, if any, is gone by then.
    case enqueue(TaskDispatch)
    /// Take the step's entry off its queue, whoever holds it.
    case dequeue(step: Int)
    /// Store a step's result; written once.
    case saveResult(step: Int, JSONText)
    /// Store the workflow's output; written once.
    case saveOutput(JSONText)
    /// Store the definition of a step that was added; written once.
    case addStep(step: Int, JSONText)
    case record(HistoryEvent)
    /// Tell the agent that has the step's task.
    case guide(step: Int, AgentID, Guidance)
    /// The agent has taken note of these, and is not told of them again.
    case forgetGuidance(step: Int, AgentID, numbers: [Int])
    case openEscalation(Escalation)
    /// People have done something about an open escalation, and perhaps said something.
    case handleEscalation(step: Int, number: Int, Handling, comment: Handling.Comment?)
    case closeEscalation(step: Int, number: Int, ClosedEscalation)
}

/// One attempt of a task as an agent gets it.
package struct TaskDispatch: Hashable, Sendable {
    package let task: TaskID
    package let stepID: String
    package let taskType: String
    package let attempt: Int
    package let payload: JSONText
    /// The time that an agent has for the work once it took it.
    package let timeout: Duration
    /// What was asked before, and the answers, oldest first: a JSON array; `nil` if nothing was.
    package let answers: JSONText?
    /// What earlier attempts made, to go on from.
    package var partial: JSONText?
    /// How long nothing may be heard of the attempt.
    package var heartbeatTimeout: Duration?
    /// How many heartbeats in a row may have the same fingerprint.
    package var stuckAfter: Int?
    /// What the agent has to have that takes it.
    package var requires = Constraints()
    /// Who is offered it first; `nil` for what is set for its type.
    package var rule: DispatchRule?

    package init(
        task: TaskID, stepID: String, taskType: String, attempt: Int, payload: JSONText, timeout: Duration,
        answers: JSONText? = nil
    ) {
        self.task = task
        self.stepID = stepID
        self.taskType = taskType
        self.attempt = attempt
        self.payload = payload
        self.timeout = timeout
        self.answers = answers
    }
}

/// A question to a human, with what is needed to answer it.
package struct Escalation: Hashable, Sendable {
    package let number: Int
    package let step: Int
    package let stepID: String
    package let openedAt: Instant
    package let cause: Cause
    package let attempts: [Attempt]
    /// What the task was given, so that a person can see or mend it; `nil` if it could not be rendered.
    package let payload: JSONText?
    package let taskType: String?
    /// What the workflow is called, and its labels: people look for escalations by these.
    package let workflowName: String
    package let labels: [String: String]
    /// What it begins with.
    package let handling: Handling

    /// Why a person is asked.
    package enum Cause: Hashable, Sendable {
        /// The step's attempts are used up; this is why the last one failed.
        case exhausted(Failure)
        /// No agent took the task in all the time that it may wait for one.
        case noAgent(Failure)
        /// An agent is at work and gets nowhere.
        case stuck(Failure)
        /// An agent asks.
        case question(Question)

        package var failure: Failure? {
            switch self {
            case .exhausted(let failure), .noAgent(let failure), .stuck(let failure): failure
            case .question: nil
            }
        }

        package var kind: EscalationKind {
            switch self {
            case .exhausted: .exhausted
            case .noAgent: .noAgent
            case .stuck: .stuck
            case .question: .question
            }
        }
    }
}

/// Why a person is asked, as people tell escalations apart.
package enum EscalationKind: String, Sendable, CaseIterable {
    case exhausted
    case question
    case stuck
    case noAgent = "no_agent"
    /// Nobody could go on with the workflow.
    case poisoned

    /// What it may be resolved with.
    package var actions: [String] {
        switch self {
        case .exhausted, .stuck, .noAgent: Resolution.Action.names.filter { $0 != "answer" }
        case .question: Resolution.Action.names
        case .poisoned: ["retry", "fail"]
        }
    }
}

/// How an escalation came to its end.
package struct ClosedEscalation: Hashable, Sendable {
    /// One of `Resolution.Action.names`, or `answered` by a late answer, or `cancelled` with its workflow.
    package let action: String
    package let by: String?
    package let reason: String?
    /// What a question was answered with.
    package let answer: JSONText?
    package let at: Instant

    package init(action: String, by: String?, reason: String?, answer: JSONText? = nil, at: Instant) {
        self.action = action
        self.by = by
        self.reason = reason
        self.answer = answer
        self.at = at
    }
}
