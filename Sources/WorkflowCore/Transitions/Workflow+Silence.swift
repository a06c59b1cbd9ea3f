import HeapModule

/// Attempts that have failed when nothing is heard of them for a while.
///
/// Agents name what they work on at any node, and nobody tells the workflow: that would be a message for each task and
/// heartbeat. So a silence that is over is only a reason to ask what was heard (`Event.StepEvent.heard`).
extension Workflow {
    /// Something was heard of a running step's attempt. It is no change to be stored.
    mutating func hear(_ step: Int, at heard: Instant) {
        guard let timeout = plan.steps[step].behavior.heartbeatTimeout, steps[step].status == .running else { return }
        let last = max(heard, steps[step].long.heardAt ?? heard)
        steps[step].long.heardAt = last
        steps[step].long.silentAt = last + timeout
        silences.insert(Deadline(at: last + timeout, step: step))
        guard silences.count > 2 * steps.count + 64 else { return }
        var seen: Set<Deadline> = []
        silences = Heap(silences.unordered.filter { isCurrentSilence($0) && seen.insert($0).inserted })
    }

    /// Of a workflow that is restored: what is known without asking.
    mutating func hearAgain() {
        for step in steps.indices where steps[step].status == .running {
            guard let started = steps[step].attempt?.startedAt else { continue }
            hear(step, at: max(started, steps[step].progress?.at ?? started))
        }
    }

    /// Whether it is to be asked what was heard of an attempt.
    package mutating func isSilenceOver(at now: Instant) -> Bool { nextSilence().map { $0 <= now } ?? false }

    /// The running steps of which something has to be heard, and who works on them.
    package var stepsHeardOf: [Int] {
        // Most workflows have none, and need not be looked through.
        guard !silences.isEmpty else { return [] }
        return steps.indices.filter { steps[$0].status == .running && steps[$0].long.silentAt != nil }
    }

    /// How many are remembered, those passed over included.
    package var silenceCount: Int { silences.count }

    mutating func nextSilence() -> Instant? {
        while let next = silences.min {
            if isCurrentSilence(next) { return next.at }
            silences.removeMin()
        }
        return nil
    }

    private func isCurrentSilence(_ silence: Deadline) -> Bool {
        guard let step = silence.step, steps[step].status == .running else { return false }
        return steps[step].long.silentAt == silence.at
    }
}
