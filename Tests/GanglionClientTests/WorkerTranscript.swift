@testable import GanglionClient

/// A worker's state with a service that a test speaks for. `next` tells as lines what the worker does.
struct WorkerTranscript {
    private(set) var state: WorkerState
    var now = Duration.zero

    init(slots: Int = 2) {
        state = WorkerState(WorkerState.Settings(slots: slots, wait: .seconds(20), gracePeriod: .seconds(10)))
    }

    /// A worker whose first poll, with the number 2, is open.
    static func polling(slots: Int = 2) -> WorkerTranscript {
        var worker = WorkerTranscript(slots: slots)
        _ = worker.next()
        worker.registered(1)
        _ = worker.next()
        return worker
    }

    /// All that the worker does at this time.
    mutating func next() -> [String] {
        var lines = state.takeActions().map(\.line).sorted()
        while let (number, request) = state.nextRequest(at: now) { lines.append("\(number) \(request.line)") }
        return lines + state.takeActions().map(\.line).sorted()
    }

    // MARK: What the service answers

    mutating func registered(_ number: Int, as id: String = "agent_1") {
        let registration = AgentRegistration(id: id, heartbeatInterval: .seconds(5), lostAfter: .seconds(15))
        state.registered(number, registration, at: now)
    }

    mutating func took(
        _ number: Int, _ tasks: [String] = [], accepted: [String] = [], refused: [TakeAnswer.Refusal] = [],
        cancel: [String] = [], drain: Bool = false, notes: [String] = [], timeout: Duration? = nil
    ) {
        var answer = TakeAnswer(
            tasks: tasks.map(Self.assignment), accepted: accepted, refused: refused, cancel: cancel)
        for index in answer.tasks.indices { answer.tasks[index].heartbeatTimeout = timeout }
        answer.drain = drain
        answer.guidance = notes.map(Self.note)
        state.took(number, answer, at: now)
    }

    mutating func heard(
        _ number: Int, cancel: [String] = [], status: Agent.Status = .alive, notes: [String] = []
    ) {
        var answer = HeartbeatAnswer(
            status: status, cancel: cancel, heartbeatInterval: .seconds(5), lostAfter: .seconds(15))
        answer.guidance = notes.map(Self.note)
        state.heard(number, answer, at: now)
    }

    /// `a:2` is the second note to whoever works on `a`.
    private static func note(_ text: String) -> TaskGuidance {
        let parts = text.split(separator: ":")
        return TaskGuidance(
            taskID: String(parts[0]), number: Int(parts[1]) ?? 0, text: "note \(parts[1])", by: "ops",
            at: Timestamp(millisecondsSince1970: 0))
    }

    mutating func told(_ task: String, fingerprint: String) {
        let (id, attempt) = Self.parts(task)
        state.told(WorkerState.Key(taskID: id, attempt: attempt), fingerprint: fingerprint)
    }

    mutating func answered(_ number: Int) { state.answered(number, at: now) }
    mutating func deregistered(_ number: Int) { state.deregistered(number, at: now) }

    mutating func failed(_ number: Int, _ error: GanglionError) {
        state.failed(number, error, jitter: 1, at: now)
    }

    mutating func failed(_ number: Int, status: Int, retryAfter: Duration? = nil) {
        failed(number, .refused(Problem(status: status, reason: "", retryAfter: retryAfter, body: Array("no".utf8))))
    }

    // MARK: What else happens

    mutating func ended(_ task: String, _ outcome: FinishedTask.Outcome = .result("done")) {
        let (id, attempt) = Self.parts(task)
        state.handlerEnded(FinishedTask(taskID: id, attempt: attempt, outcome: outcome))
    }

    mutating func shutDown() { state.shutDown(at: now) }

    var wakeAt: Duration? { state.wakeAt(after: now) }
    var isOver: Bool { state.isOver }

    // MARK: Tasks as text: `a` is the first attempt at a, `a#2` the second

    private static func parts(_ task: String) -> (String, Int) {
        let parts = task.split(separator: "#")
        return (String(parts[0]), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }

    private static func assignment(_ task: String) -> TaskAssignment {
        let (id, attempt) = parts(task)
        return TaskAssignment(
            taskID: id, workflowID: "wf", stepID: "step", taskType: "work", attempt: attempt, payload: .null,
            deadline: Timestamp(millisecondsSince1970: 0))
    }

    static func refusal(_ task: String, _ status: Int, type: String = "") -> TakeAnswer.Refusal {
        let (id, attempt) = parts(task)
        return TakeAnswer.Refusal(
            taskID: id, attempt: attempt, status: status, type: type, title: "", detail: "no")
    }
}

extension WorkerAction {
    fileprivate var line: String {
        switch self {
        case .start(let task): "start \(task.taskID)#\(task.attempt)"
        case .cancel(let key): "cancel \(key.taskID)#\(key.attempt)"
        case .guide(let key, let note): "guide \(key.taskID)#\(key.attempt): \(note.text)"
        case .drain: "drain"
        case .abandon(let number): "abandon \(number)"
        case .discard(let task, let reason): "discard \(task.line): \(reason)"
        }
    }
}

extension WorkerRequest {
    fileprivate var line: String {
        switch self {
        case .register: "register"
        case .take(let max, let wait, let running, let finished, let acknowledged):
            [
                "take \(max)", wait > .zero ? "wait" : nil,
                running.isEmpty ? nil : "running \(running.sorted().joined(separator: " "))",
                finished.isEmpty ? nil : "finished \(finished.map(\.line).joined(separator: " "))",
                acknowledged.line,
            ].compactMap(\.self).joined(separator: ", ")
        case .heartbeat(let running, let fingerprints, let acknowledged):
            (["heartbeat"] + running.sorted().map { id in id + (fingerprints[id].map { "=\($0)" } ?? "") }
                + [acknowledged.line].compactMap(\.self)).joined(separator: " ")
        case .answer(let task): "answer \(task.line)"
        case .deregister: "deregister"
        }
    }
}

extension [GuidanceReceipt] {
    fileprivate var line: String? {
        isEmpty ? nil : "acknowledged " + map { "\($0.taskID)#\($0.attempt):\($0.number)" }.joined(separator: " ")
    }
}

extension FinishedTask {
    fileprivate var line: String {
        switch outcome {
        case .result: "\(taskID)#\(attempt)"
        case .failure(let error): "\(taskID)#\(attempt)!\(error.code)"
        case .question(let question): "\(taskID)#\(attempt)?\(question.question)"
        }
    }
}
