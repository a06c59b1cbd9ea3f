import CoreMetrics
import Metrics
import Synchronization
import WorkflowCore

/// What a node counts. Each figure is looked up once.
package struct NodeMetrics: Sendable {
    private let workflowsStarted = Counter(label: "ganglion_workflows_started_total")
    private let workflowsResumed = Counter(label: "ganglion_workflows_resumed_total")
    private let workflowsEnded = Dictionary(
        uniqueKeysWithValues: WorkflowStatus.allCases.filter(\.isTerminal).map { status in
            let dimensions = [("status", status.rawValue)]
            return (status, Counter(label: "ganglion_workflows_ended_total", dimensions: dimensions))
        })
    private let workflowTime = Timer(label: "ganglion_workflow_seconds")
    private let tasksQueued = Counter(label: "ganglion_tasks_queued_total")
    private let tasksTaken = Counter(label: "ganglion_tasks_taken_total")
    private let stepsCompleted = Counter(label: "ganglion_steps_completed_total")
    private let attemptsFailed = Counter(label: "ganglion_attempts_failed_total")
    private let answersRefused = Counter(label: "ganglion_answers_refused_total")
    private let escalationsOpened = Counter(label: "ganglion_escalations_opened_total")
    private let escalationsResolved = Counter(label: "ganglion_escalations_resolved_total")
    private let agentsLost = Counter(label: "ganglion_agents_lost_total")
    private let commits = Counter(label: "ganglion_commits_total")
    private let commitsFenced = Counter(label: "ganglion_commits_fenced_total")
    private let commitTime = Timer(label: "ganglion_commit_seconds")
    private let takeoverTime = Timer(label: "ganglion_takeover_seconds")
    private let takeovers = Counter(label: "ganglion_takeovers_total")
    private let workflowsQuarantined = Counter(label: "ganglion_workflows_quarantined_total")
    private let coordinatorsRestarted = Dictionary(
        uniqueKeysWithValues: RestartReason.allCases.map { reason in
            let dimensions = [("reason", reason.rawValue)]
            return (reason, Counter(label: "ganglion_coordinators_restarted_total", dimensions: dimensions))
        })
    private let incarnations = Counter(label: "ganglion_node_incarnations_total")
    private let coordinators = Gauge(label: "ganglion_coordinators")
    private let workflowsAsleep = Gauge(label: "ganglion_workflows_asleep")

    private let totals = Totals()

    /// Figures that are read here as well.
    private final class Totals: Sendable {
        let claims = Atomic(0)
        let fencedCommits = Atomic(0)
        let coordinators = Atomic(0)
        let finished = Mutex(FinishedWorkflows())
    }

    package init() {}

    func workflowStarted() { workflowsStarted.increment() }
    func workflowResumed() { workflowsResumed.increment() }
    func workflowEnded(_ status: WorkflowStatus, after duration: Duration) {
        workflowsEnded[status]?.increment()
        if status == .completed { workflowTime.record(duration: duration) }
        totals.finished.withLock { $0.add(status, after: duration) }
    }

    func tookTasks(_ count: Int) { tasksTaken.increment(by: count) }
    /// Its former record goes on being counted.
    func incarnated() {
        incarnations.increment()
        totals.finished.withLock { $0 = FinishedWorkflows() }
    }

    func lostAgent() { agentsLost.increment() }

    func tookOver(_ count: Int) {
        takeovers.increment(by: count)
        totals.claims.add(count, ordering: .relaxed)
    }

    func tookOver(after duration: Duration) { takeoverTime.record(duration: duration) }

    func fenced() {
        commitsFenced.increment()
        totals.fencedCommits.add(1, ordering: .relaxed)
    }

    func quarantined() {
        workflowsQuarantined.increment()
        escalationsOpened.increment()
    }

    func decided(_ action: QuarantineDecision.Action) {
        escalationsResolved.increment()
        if case .fail = action { workflowEnded(.failed, after: .zero) }
    }

    func restartsCoordinator(_ reason: RestartReason) { coordinatorsRestarted[reason]?.increment() }

    func coordinates(_ count: Int, asleep: Int) {
        coordinators.record(count)
        workflowsAsleep.record(asleep)
        totals.coordinators.store(count, ordering: .relaxed)
    }

    /// What the node says of itself, with these figures.
    func report(of id: NodeID, isFirst: Bool, loops: Int, _ options: NodeOptions) -> NodeReport {
        NodeReport(
            id: id, isFirst: isFirst, lease: options.nodeTimeout, longestGap: options.longestGap,
            process: options.process, loops: loops,
            coordinators: totals.coordinators.load(ordering: .relaxed),
            claims: totals.claims.load(ordering: .relaxed),
            fencedCommits: totals.fencedCommits.load(ordering: .relaxed),
            finished: totals.finished.withLock { $0 })
    }

    func committed(in duration: Duration) {
        commits.increment()
        commitTime.record(duration: duration)
    }

    /// Counts what was committed.
    func count(_ effect: Effect) {
        switch effect {
        case .enqueue: tasksQueued.increment()
        case .openEscalation: escalationsOpened.increment()
        case .closeEscalation: escalationsResolved.increment()
        case .record(let event):
            switch event.kind {
            case .stepCompleted: stepsCompleted.increment()
            case .attemptFailed: attemptsFailed.increment()
            case .answerRefused: answersRefused.increment()
            default: break
            }
        case .dequeue, .saveResult, .saveOutput, .addStep, .guide, .forgetGuidance, .handleEscalation: break
        }
    }
}
