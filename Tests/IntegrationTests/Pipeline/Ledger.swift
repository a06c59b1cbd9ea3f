import GanglionClient
import Logging
import Sockets
import Synchronization

/// What agents were told of their answers, and how often anyone had to ask again.
final class Ledger: Sendable {
    private let state = Mutex(State())

    struct Place: Hashable, Sendable {
        var workflow: String
        var step: String
    }

    struct Answer: Hashable, Sendable {
        var attempt: Int
        var serial: Int
    }

    struct Figures: Sendable {
        /// Requests that failed with their connection, or were put off with 503, and were made again.
        var repeated = 0
        /// Answers that the service said it had accepted before.
        var duplicates = 0
        /// Answers of agents that did not count.
        var refused = 0
        var answers = 0
    }

    private struct State {
        var accepted: [Place: Set<Answer>] = [:]
        var figures = Figures()
        var lastSerial = 0
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// What was accepted of all that was answered for a step.
    func accepted(_ place: Place) -> Set<Answer> { state.withLock { $0.accepted[place] ?? [] } }

    func nextSerial() -> Int {
        state.withLock { state in
            state.lastSerial += 1
            return state.lastSerial
        }
    }

    func note(_ told: TaskAnswer, _ answer: Answer, for task: TaskAssignment) {
        state.withLock { state in
            state.accepted[Place(workflow: task.workflowID, step: task.stepID), default: []].insert(answer)
            state.figures.answers += 1
            if told == .duplicate { state.figures.duplicates += 1 }
        }
    }

    func noteRefusal() { state.withLock { $0.figures.refused += 1 } }

    fileprivate func noteRepeat() { state.withLock { $0.figures.repeated += 1 } }

    /// Makes a call until the service has decided on it, however often that goes away meanwhile.
    func repeating<Result>(
        on loop: EventLoop, _ call: () async throws(GanglionError) -> Result
    ) async throws(GanglionError) -> Result {
        while true {
            do throws(GanglionError) {
                return try await call()
            } catch {
                switch error {
                case .unreachable, .noAnswer, .timedOut: break
                case .refused(let problem) where problem.status == 503: break
                default: throw error
                }
                if Task.isCancelled { throw .cancelled }
                noteRepeat()
                await loop.pause(for: .milliseconds(50))
            }
        }
    }

    /// For a worker, whose log tells of what the ledger counts.
    var logger: Logger { Logger(label: "worker") { _ in WorkerLog(ledger: self) } }
}

private struct WorkerLog: LogHandler {
    let ledger: Ledger
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        switch event.message.description {
        case "a request failed": ledger.noteRepeat()
        case "a finished task does not count": ledger.noteRefusal()
        default: break
        }
    }
}
