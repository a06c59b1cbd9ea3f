package import JSON

/// What can happen to a workflow after its start.
package enum Event: Hashable, Sendable {
    /// Something arrived for the step at a place in the plan.
    case step(Int, StepEvent)
    /// Time has passed; whatever is due by now happens.
    case clock
    case cancel(by: String?, reason: String?)
    case resolve(escalation: Int, Resolution)
    case handle(escalation: Int, HandlingAct)
    /// Steps for an external workflow: a JSON array of their definitions.
    case add(steps: JSONText)
    /// An external workflow is to end.
    case finish(WorkflowEnd)
}

/// What can arrive for a step's task.
package enum StepEvent: Hashable, Sendable {
    /// An agent took the attempt from its queue.
    case taken(attempt: Int, by: AgentID, at: Instant)
    case completed(attempt: Int, by: AgentID, result: JSONText)
    case failed(attempt: Int, by: AgentID, AgentFailure)
    case asked(attempt: Int, by: AgentID, Question)
    case progressed(attempt: Int, by: AgentID, ProgressReport)
    /// The agent was last known to be at work on the attempt at a time, as far as was known at `asOf`: it may have been
    /// heard of since.
    case heard(attempt: Int, by: AgentID, at: Instant, asOf: Instant)
    /// So many heartbeats in a row told the same of the attempt, the first of them at `since`.
    case stalled(attempt: Int, by: AgentID, heartbeats: Int, since: Instant)
    /// A person, or an agent that supervises, has something to say to whoever works on the task.
    case guided(text: String, by: String)
    /// The agent has taken note of what it was told, up to the note of this number.
    case acknowledged(attempt: Int, by: AgentID, through: Int)
    /// The agent that holds the attempt is lost or has left, as `reason` says.
    case agentGone(attempt: Int, AgentID, reason: String)
}

/// What an agent says of work that it could not do.
package struct AgentFailure: Hashable, Sendable {
    package var failure: Failure
    /// Whether another attempt may do better.
    package var retryable: Bool
    /// How long the next attempt waits at least.
    package var retryAfter: Duration?

    package init(_ failure: Failure, retryable: Bool = true, retryAfter: Duration? = nil) {
        self.failure = failure
        self.retryable = retryable
        self.retryAfter = retryAfter
    }
}

/// What an agent says of work that goes on.
package struct ProgressReport: Hashable, Sendable {
    package var percent: Int?
    package var message: String?
    /// Sets the work deadline this far from now.
    package var extend: Duration?
    /// What the work has made up to now: the next attempt may go on from it.
    package var partial: JSONText?
    /// What the attempt has cost up to now, by unit.
    package var usage: [String: Double] = [:]
    /// Is another one whenever the work has got further.
    package var fingerprint: String?
    /// What tool the agent calls, and with what.
    package var toolCall: String?

    package static let fingerprintRange = 1...128
    package static let toolCallRange = 1...256

    package init(percent: Int? = nil, message: String? = nil, extend: Duration? = nil, partial: JSONText? = nil) {
        self.percent = percent
        self.message = message
        self.extend = extend
        self.partial = partial
    }
}

/// A human's answer to an escalation.
package struct Resolution: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// Try again, with another payload if one is given.
        case retry(payload: JSONText?)
        /// Take this as the step's result.
        case complete(result: JSONText)
        /// Go on without a result.
        case skip
        /// Fail the step, and with it the workflow.
        case fail
        /// Answer an agent's question: the task goes on with it.
        case answer(JSONText)

        package static let names = ["retry", "complete", "skip", "fail", "answer"]

        package var name: String {
            switch self {
            case .retry: "retry"
            case .complete: "complete"
            case .skip: "skip"
            case .fail: "fail"
            case .answer: "answer"
            }
        }
    }

    package var action: Action
    package var by: String
    package var reason: String?
    /// Which version of the escalation has to be the current one.
    package var version: Int?

    package init(_ action: Action, by: String, reason: String? = nil, version: Int? = nil) {
        self.action = action
        self.by = by
        self.reason = reason
        self.version = version
    }
}
