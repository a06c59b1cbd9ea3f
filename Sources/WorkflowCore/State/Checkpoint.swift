package import JSON

/// A workflow's state as it is stored: a small head, and for each step that something happened to, its state. Results
/// and the output are stored beside it, written once.
package struct Checkpoint: Sendable {
    package var head: JSONText
    package var steps: [Int: JSONText]
    package var results: [Int: JSONText]
    package var output: JSONText?

    package init(head: JSONText, steps: [Int: JSONText], results: [Int: JSONText], output: JSONText?) {
        self.head = head
        self.steps = steps
        self.results = results
        self.output = output
    }
}

/// Why a stored checkpoint cannot be gone on from.
package struct CheckpointDamaged: Error, Hashable, CustomStringConvertible {
    package let description: String
}

extension Workflow {
    package var checkpoint: Checkpoint {
        var stored: [Int: JSONText] = [:]
        for (ordinal, state) in steps.enumerated() where state != StepState() { stored[ordinal] = state.encoded }
        return Checkpoint(head: checkpointHead, steps: stored, results: results, output: output)
    }

    /// What a commit stores of the workflow itself; the changed steps come beside it.
    package var checkpointHead: JSONText { checkpointHead(ended: true) }

    /// The same, or, of a workflow that has ended, as long as the commit that ends it is not whole: a transition that
    /// is stored in pieces ends the workflow with the last of them, and says before that how it will.
    package func checkpointHead(ended: Bool) -> JSONText {
        let ending = ended || !status.isTerminal ? ending : status
        let status = ended || !status.isTerminal ? status : .running
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("status", status.rawValue)
            writer.field("created_at", createdAt.milliseconds)
            if begunAt != createdAt { writer.field("begun_at", begunAt.milliseconds) }
            writer.field("escalations", escalationCount)
            if ended, let endedAt { writer.field("ended_at", endedAt.milliseconds) }
            writer.field("ending", optional: ending?.rawValue)
            if let failure { failure.write("failure", to: &writer) }
        }
        return writer.text
    }

    /// Goes on from a checkpoint. What is derived is derived anew.
    package init(
        id: WorkflowID, plan: Plan, input: JSONText, checkpoint: Checkpoint
    ) throws(CheckpointDamaged) {
        let head = JSONNode(checkpoint.head)
        guard let created = head.member("created_at")?.int64,
            let status = head.member("status")?.string.flatMap(WorkflowStatus.init(rawValue:))
        else { throw CheckpointDamaged(description: "the checkpoint's head has no status or no created_at") }
        self.init(id: id, plan: plan, input: input, createdAt: Instant(milliseconds: created))
        self.status = status
        endedAt = head.member("ended_at")?.instant
        if let begunAt = head.member("begun_at")?.instant { begin(at: begunAt) }
        ending = head.member("ending")?.string.flatMap(WorkflowStatus.init(rawValue:))
        failure = head.member("failure").flatMap(Failure.init(stored:))
        escalationCount = head.member("escalations")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        results = checkpoint.results
        output = checkpoint.output
        for (ordinal, text) in checkpoint.steps {
            guard steps.indices.contains(ordinal), let state = StepState(stored: JSONNode(text)) else {
                throw CheckpointDamaged(description: "the checkpoint of step \(ordinal) cannot be read")
            }
            update(ordinal) { $0 = state }
        }
        if status.isTerminal { cancelUnended() }
        for (ordinal, state) in steps.enumerated() where state.status.isEnded {
            for dependent in plan.dependents[ordinal] { unmetDependencies[dependent] -= 1 }
        }
        hearAgain()
        changedSteps = []
    }
}

extension Workflow {
    /// The steps of a workflow that was failed in quarantine were not told so.
    private mutating func cancelUnended() {
        for step in steps.indices where !steps[step].status.isEnded {
            let endedAt = endedAt
            update(step) { state in
                state.status = .cancelled
                state.endedAt = endedAt
                state.deadline = nil
                state.escalation = nil
                state.progress = nil
            }
        }
    }
}

extension JSONNode {
    var instant: Instant? { int64.map(Instant.init(milliseconds:)) }
}
