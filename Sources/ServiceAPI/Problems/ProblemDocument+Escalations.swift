import Coordination
import HTTP
import HTTPTypes
import JSON
import Sockets
import WorkflowCore

/// What people do about escalations, and why it is refused.
extension API {
    func now(on loop: EventLoop) -> Instant { node.clock.now(at: loop.now) }

    /// Resolves it, or counts a vote; gives how it stands then.
    func resolve(
        _ id: EscalationID, with resolution: Resolution, on loop: EventLoop
    ) async throws(ProblemDocument) -> StoredEscalation {
        try await act(on: id, loop) { () async throws(CoordinationError) in
            try await node.resolve(id, with: resolution)
        }
    }

    /// Claims it, gives it back, makes it somebody else's, or comments on it; gives how it stands then.
    func handle(
        _ id: EscalationID, _ act: HandlingAct, on loop: EventLoop
    ) async throws(ProblemDocument) -> StoredEscalation {
        try await self.act(on: id, loop) { () async throws(CoordinationError) in try await node.handle(id, act) }
    }

    private func act(
        on id: EscalationID, _ loop: EventLoop, _ act: () async throws(CoordinationError) -> Delivery
    ) async throws(ProblemDocument) -> StoredEscalation {
        let delivery = try await asking(act)
        if delivery.outcome == .refused(.unknownEscalation) { throw .unknown("escalation", id) }
        let escalation = try await asking { () async throws(CoordinationError) in
            try await node.escalation(id, on: loop)
        }
        if case .refused(let refusal) = delivery.outcome { throw ProblemDocument(refusal, of: escalation) }
        return escalation
    }
}

extension ProblemDocument {
    /// Why an escalation was not changed.
    init(_ refusal: Refusal, of escalation: StoredEscalation) {
        switch refusal {
        case .claimed(let person, let until):
            self = .conflict(
                "claimed", "Claimed", "\(person.prefix(128)) has claimed the escalation until \(until).")
            members = [
                ("claimed_by", JSONText(.string(person))), ("claimed_until", JSONText(.string(until.description))),
            ]
        case .changedSince(let version):
            self.init(
                name: "changed-since", title: "Changed since", status: .preconditionFailed,
                detail: "The escalation has changed: it is at version \(version) now.",
                places: [Place(part: .header, name: "If-Match", detail: "the current one is \"\(version)\"")])
            headerFields[.eTag] = "\"\(version)\""
            members = [("version", JSONText(.integer(Int64(version))))]
        case .tooManyComments(let limit):
            self = .conflict("too-many-comments", "Too many comments", "An escalation has at most \(limit) comments.")
        case .tooManyVotes(let limit):
            self = .conflict("too-many-votes", "Too many votes", "An escalation has at most \(limit) votes.")
        case .voteTooLong(let limit):
            let detail = "where several have to agree it has at most \(limit) bytes"
            let name = escalation.kind == .question ? "/answer" : "/result"
            self = .invalid([JSONProblem(pointer: name, detail: detail)])
        case .notAQuestion, .notAnOption, .answersTooLong:
            self = .invalid([Self.unfitAnswer(refusal)].compactMap(\.self))
        default: self = .alreadyResolved(escalation)
        }
    }

    /// An answer to what was not asked so.
    private static func unfitAnswer(_ refusal: Refusal) -> JSONProblem? {
        switch refusal {
        case .notAQuestion:
            JSONProblem(pointer: "/action", detail: "'answer' is for questions; nothing is asked here")
        case .notAnOption(let options):
            JSONProblem(
                pointer: "/answer",
                detail: "the question has to be answered with one of: "
                    + options.map { String($0.string.prefix(80)) }.joined(separator: ", "))
        case .answersTooLong(let limit):
            JSONProblem(
                pointer: "/answer", detail: "all answers to a step's questions have at most \(limit) bytes together")
        default: nil
        }
    }

    /// Says who was faster, and with what.
    private static func alreadyResolved(_ escalation: StoredEscalation) -> ProblemDocument {
        let resolution = escalation.resolution.map { JSONNode($0) }
        let action = resolution?.member("action")?.string ?? "another answer"
        let by = resolution?.member("by")?.string.map { " by \($0)" } ?? ""
        let at = resolution?.member("at")?.string.map { " at \($0)" } ?? ""
        var problem = ProblemDocument.conflict(
            "already-resolved", "Already resolved", "The escalation was resolved\(by) with '\(action)'\(at).")
        if let resolution = escalation.resolution { problem.members = [("resolution", resolution)] }
        return problem
    }
}
