import GanglionClient

/// What is wrong with one workflow at the end: its history, its results and what its agents did and were told do not
/// fit each other.
struct WorkflowCheck {
    private let stored: StoredWorkflow
    private let work: Journal.Work
    private var found: [String] = []

    static func violations(_ stored: StoredWorkflow, _ work: Journal.Work) -> [String] {
        var check = WorkflowCheck(stored: stored, work: work)
        check.checkEnd()
        for step in ContractReview.steps {
            check.checkAttempts(of: step)
            check.checkExecutions(of: step)
            check.checkAnswers(to: step)
        }
        return check.found
    }

    private init(stored: StoredWorkflow, work: Journal.Work) {
        self.stored = stored
        self.work = work
    }

    private func entries(_ type: String, of step: String? = nil) -> [StoredWorkflow.Entry] {
        stored.history.filter { $0.type == type && (step == nil || $0.step == step) }
    }

    // MARK: The workflow

    private mutating func checkEnd() {
        if entries("workflow_started").count != 1 {
            found.append("it was started \(entries("workflow_started").count) times")
        }
        switch stored.status {
        case "completed": checkOutput()
        case "escalated": break
        default:
            let last = stored.history.last.map { "; last: \($0.type) \($0.step ?? "") \($0.attempt ?? 0), at \($0.at)" }
            found.append("it is \(stored.status), of \(stored.owner)\(last ?? "")")
        }
    }

    private mutating func checkOutput() {
        let ends = entries("workflow_completed").count
        if ends != 1 { found.append("it was completed \(ends) times") }
        let output = stored.output?["summary"].document
        if output?["value"].integer != ContractReview.output(stored.number) {
            found.append("its output is \(stored.output ?? .null)")
        }
        if output != stored.results["summarize"] { found.append("its output is not the last step's result") }
        for step in ContractReview.steps {
            let completions = entries("step_completed", of: step).count
            if completions != 1 { found.append("\(step) was completed \(completions) times") }
            let from = stored.results[step]?["from"].elements.map(\.integer)
            let results = ContractReview.sources(of: step).map { stored.results[$0]?["serial"].integer }
            if from != results { found.append("\(step) was made from \(from ?? []), and the results are \(results)") }
        }
    }

    // MARK: Its attempts

    /// Each attempt was queued once, in order, and each but the first because the one before it failed.
    private mutating func checkAttempts(of step: String) {
        let queued = entries("step_queued", of: step).map { $0.attempt ?? 0 }
        if queued != Array(1..<(queued.count + 1)) { found.append("the attempts at \(step) in its history: \(queued)") }
        let failed = entries("attempt_failed", of: step).map { $0.attempt ?? 0 }
        for attempt in queued.dropFirst() where failed.count(where: { $0 == attempt - 1 }) != 1 {
            found.append("attempt \(attempt) at \(step) was made, and the failed ones are \(failed)")
        }
    }

    /// Agents were given only what was queued, and nobody was given what another agent had.
    private mutating func checkExecutions(of step: String) {
        let queued = Set(entries("step_queued", of: step).map { $0.attempt ?? 0 })
        let executions = Dictionary(grouping: work.executions.filter { $0.step == step }, by: \.attempt)
        for (attempt, executions) in executions {
            if !queued.contains(attempt) { found.append("attempt \(attempt) at \(step) was never queued, but given") }
            let agents = Set(executions.map(\.agent))
            if agents.count > 1 {
                found.append("attempt \(attempt) at \(step) was given to \(agents.count) agents: \(agents.sorted())")
            }
        }
    }

    /// One result at most was accepted, and it is the one that stands, from the agent that the history names.
    private mutating func checkAnswers(to step: String) {
        let told = work.verdicts.filter { $0.step == step && $0.counts }
        let serials = Set(told.map(\.serial))
        if serials.count > 1 { found.append("of \(step) \(serials.count) results were accepted: \(told)") }
        guard let serial = stored.results[step]?["serial"].integer else {
            if !serials.isEmpty { found.append("a result of \(step) was accepted, and there is none") }
            return
        }
        if !serials.isEmpty, !serials.contains(serial) {
            found.append("of \(step) \(serials) was accepted, and \(serial) is its result")
        }
        let made =
            work.executions.filter { $0.step == step && $0.serial == serial }.map { ($0.attempt, $0.agent) }
            + work.verdicts.filter { $0.step == step && $0.serial == serial }.map { ($0.attempt, $0.agent) }
        let completed = entries("step_completed", of: step).first
        if !made.contains(where: { $0.0 == completed?.attempt && $0.1 == completed?.agent }) {
            found.append("\(step) was completed by \(completed.map { "\($0)" } ?? "nobody"), with another's result")
        }
    }
}
