import Coordination
import HTTP
import HTTPTypes
import JSON
import Sockets
import WorkflowCore

/// Shows which escalations a filter finds, or resolves those that were shown and have not changed since: nothing else
/// is hit, whatever comes in between.
enum ResolveEscalations: Operation {
    static let id = "resolveEscalations"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/resolve"

    static let most = 1000
    /// How many are resolved at a time: their commits share round trips, and others get their turn.
    private static let atOnce = 32

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let isPreview = body.fields.optional(bool: "preview", problems: &body.problems) ?? false
        let now = service.now(on: request.loop)
        if isPreview {
            let filter = body.escalationFilter(at: now)
            let limit = body.fields.optional(integer: "limit", in: 1...most, problems: &body.problems) ?? 100
            _ = body.resolutionAction(isRequired: false)
            _ = (body.actor(isRequired: false), body.reason(isRequired: false))
            try body.finish()
            return try await preview(try body.require(filter), limit, at: now, on: request.loop, of: service)
        }
        let chosen = body.chosenEscalations()
        let action = body.resolutionAction()
        let (by, reason) = (body.actor(isRequired: true), body.reason(isRequired: true))
        try body.finish()
        let resolution = Resolution(
            try body.require(action), by: try body.require(by), reason: try body.require(reason))
        return await resolve(chosen, resolution, on: request.loop, of: service)
    }

    // MARK: Showing

    /// Pages of a list may be thinned out; of these so many at most are looked at.
    private static let mostPages = 50

    private static func preview(
        _ filter: EscalationFilter, _ limit: Int, at now: Instant, on loop: EventLoop, of service: API
    ) async throws(ProblemDocument) -> Response {
        var found: [StoredEscalation] = []
        var cursor: String?
        for _ in 0..<mostPages {
            let request = PageRequest(cursor: cursor, limit: limit - found.count)
            let page = try await asking { () async throws(CoordinationError) in
                try await service.node.escalations(filter, request, on: loop)
            }
            found += page.elements
            cursor = page.next
            if cursor == nil || found.count >= limit { break }
        }
        return .json(capacity: 256 * (found.count + 1)) { writer in
            writer.name("escalations")
            writer.array(found) { writer, escalation in
                writer.object { escalation.writeLine(to: &$0, at: now) }
            }
            writer.field("more", cursor != nil)
        }
    }

    // MARK: Resolving

    struct Chosen: Sendable {
        let id: EscalationID
        let version: Int
    }

    private static func resolve(
        _ chosen: [Chosen], _ resolution: Resolution, on loop: EventLoop, of service: API
    ) async -> Response {
        var outcomes = [Result<StoredEscalation, ProblemDocument>?](repeating: nil, count: chosen.count)
        await withTaskGroup(of: (Int, Result<StoredEscalation, ProblemDocument>).self) { group in
            var next = 0
            func add() {
                guard next < chosen.count else { return }
                let (place, one) = (next, chosen[next])
                next += 1
                group.addTask(executorPreference: loop) {
                    (place, await resolve(one, resolution, on: loop, of: service))
                }
            }
            for _ in 0..<atOnce { add() }
            while let (place, outcome) = await group.next() {
                outcomes[place] = outcome
                add()
            }
        }
        return response(chosen, outcomes.compactMap(\.self))
    }

    private static func resolve(
        _ chosen: Chosen, _ resolution: Resolution, on loop: EventLoop, of service: API
    ) async -> Result<StoredEscalation, ProblemDocument> {
        var resolution = resolution
        resolution.version = chosen.version
        do throws(ProblemDocument) {
            return .success(try await service.resolve(chosen.id, with: resolution, on: loop))
        } catch {
            return .failure(error)
        }
    }

    private static func response(
        _ chosen: [Chosen], _ outcomes: [Result<StoredEscalation, ProblemDocument>]
    ) -> Response {
        var counts = (resolved: 0, voted: 0, refused: 0)
        return .json(capacity: 256 * (outcomes.count + 1)) { writer in
            writer.name("results")
            writer.array(zip(chosen, outcomes)) { writer, element in
                let (chosen, outcome) = element
                writer.object { writer in
                    writer.field("id", chosen.id)
                    switch outcome {
                    case .success(let escalation):
                        let isResolved = escalation.resolution != nil
                        if isResolved { counts.resolved += 1 } else { counts.voted += 1 }
                        writer.field("outcome", isResolved ? "resolved" : "voted")
                    case .failure(let problem):
                        counts.refused += 1
                        writer.field("outcome", "refused")
                        writer.field("problem", raw: problem.json(at: "/v1/escalations/\(chosen.id)/resolve"))
                    }
                }
            }
            writer.field("resolved", counts.resolved)
            writer.field("voted", counts.voted)
            writer.field("refused", counts.refused)
        }
    }
}
