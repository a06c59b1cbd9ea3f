package import JSON

/// What the sender of an event is told.
package enum Outcome: Hashable, Sendable {
    case accepted
    /// It is the answer that was accepted before, sent once more; nothing has changed.
    case duplicate
    /// Nothing has changed, for this reason.
    case refused(Refusal)
}

/// Why an event changed nothing.
package enum Refusal: Hashable, Sendable {
    /// The plan has no such step, or the step has no tasks.
    case unknownTask
    /// The first accepted answer wins; this one came later. The attempt is `nil` if no agent's answer was accepted.
    case alreadyAnswered(acceptedAttempt: Int?, status: StepStatus)
    /// The attempt was never given to this agent.
    case notHeld
    /// The attempt is over, and a failure of it says nothing about the current one.
    case attemptOver(current: Int)
    case workflowEnded(WorkflowStatus)
    case unknownEscalation
    case alreadyResolved
    /// Somebody else looks after the escalation.
    case claimed(by: String, until: Instant)
    /// The escalation is not any more as the sender saw it.
    case changedSince(version: Int)
    case tooManyComments(limit: Int)
    case tooManyVotes(limit: Int)
    /// What a vote gives has more bytes than it may.
    case voteTooLong(limit: Int)
    /// The plan of the workflow is whole, and nobody but Ganglion ends it.
    case notExternal
    /// What is wrong with steps that are to be added.
    case invalidSteps([JSONProblem])
    /// A step of this id is there, and it is not the same at this place.
    case stepDiffers(id: String, pointer: String)
    /// The step has asked as often as it may.
    case tooManyQuestions(limit: Int)
    /// Only a question has an answer.
    case notAQuestion
    /// The question named its answers, and this is none of them.
    case notAnOption([JSONText])
    /// With it the payloads and partial outputs of the workflow's open tasks would have more bytes than they may.
    case partialTooLong(limit: Int)
    /// Nobody works on the task, or soon will.
    case notOpen(StepStatus)
    /// So many notes wait for an agent to acknowledge them.
    case tooMuchGuidance(limit: Int)
    /// With it the answers to the step's questions would have more bytes than they may.
    case answersTooLong(limit: Int)
}
