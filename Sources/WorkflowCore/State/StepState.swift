package import JSON

/// What the checkpoint knows of one step. A step that nothing happened to yet is `StepState()` and is not stored.
package struct StepState: Hashable, Sendable {
    package var status: StepStatus = .pending
    /// Every attempt so far, the current one last; agents' late answers are judged by it.
    package var attempts: [Attempt] = []
    /// The attempt after which the step is exhausted; a human's `retry` raises it by the policy's share.
    package var attemptsAllowed = 0
    /// When the current wait ends by itself: queue time, work time or backing off, as `status` says.
    package var deadline: Instant?
    /// The open escalation's number within the workflow.
    package var escalation: Int?
    /// At most one, and only if something was done about the open escalation: hardly any step has it, and all would be
    /// larger by it.
    private var handlings: [Handling] = []
    /// Set at the end: which attempt's answer was accepted, and whose it was.
    package var acceptedAttempt: Int?
    package var failure: Failure?
    package var endedAt: Instant?
    /// The payload that a human gave with `retry`, in place of the plan's.
    package var replacedPayload: JSONText?
    /// The bytes of its payload as long as that is on a queue or in an open escalation.
    package var payloadSize = 0
    /// What the agent said of its progress last.
    package var progress: Progress?
    /// At most one, beside the state: hardly any step has it, and all would be larger by it.
    private var longWork: [LongWork] = []

    package init() {}

    /// What is known of it because it takes long.
    package var long: LongWork {
        get { longWork.first ?? LongWork() }
        set { longWork = newValue == LongWork() ? [] : [newValue] }
    }

    package var hasLongWork: Bool { !longWork.isEmpty }

    /// What people have done about the open escalation.
    package var handling: Handling {
        get { handlings.first ?? Handling() }
        set { handlings = newValue == Handling() ? [] : [newValue] }
    }

    var isHandled: Bool { !handlings.isEmpty }

    package var attempt: Attempt? { attempts.last }

    package func attempt(_ number: Int) -> Attempt? { attempts.last { $0.number == number } }

    /// The questions that were answered, oldest first.
    var answered: [AskedQuestion] { attempts.compactMap(\.asked).filter { $0.answer != nil } }

    package var isOnQueue: Bool { status == .queued || status == .running }
}

/// An agent's last report about a running task.
package struct Progress: Hashable, Sendable {
    package var at: Instant
    package var percent: Int?
    package var message: String?
    /// What the attempt has cost by then, by unit.
    package var usage: [String: Double]

    package init(at: Instant, percent: Int?, message: String?, usage: [String: Double] = [:]) {
        self.at = at
        self.percent = percent
        self.message = message
        self.usage = usage
    }
}
