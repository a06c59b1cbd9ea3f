import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Checks a plan, starts a run of it, and may wait for its end.
enum StartWorkflow: Operation {
    static let id = "startWorkflow"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let wait = try query.wait()
        try query.finish()
        let key = try idempotencyKey(request)
        let body = try request.json()
        let started: Node.Started
        do throws(CoordinationError) {
            started = try await service.node.start(
                body, idempotencyKey: key, traceparent: traceparent(request), on: request.loop)
        } catch {
            if case .unavailable(let reason) = error, key == nil { throw unknownOutcome(reason) }
            throw ProblemDocument(error)
        }
        var view = started.view
        if let wait, !view.workflow.status.isTerminal {
            let id = view.workflow.id
            view = try await asking { () async throws(CoordinationError) in
                try await service.node.workflow(id, newerThan: nil, within: wait, on: request.loop)
            }
        }
        let location = "/v1/workflows/\(view.workflow.id)"
        return view.response(started.isNew ? .created : .ok, [.location: location])
    }

    /// Without a key nobody can tell a second request from another workflow.
    private static func unknownOutcome(_ reason: String) -> ProblemDocument {
        var problem = ProblemDocument.unavailable(reason)
        problem.detail =
            "Not now: \(reason). The workflow may have been started all the same; "
            + "with an Idempotency-Key asking again would be safe."
        return problem
    }

    private static func idempotencyKey(_ request: Request) throws(ProblemDocument) -> String? {
        let name = HTTPField.Name("Idempotency-Key")
        guard let name, let key = request.headerFields[name] else { return nil }
        // Visible ASCII: what any client can send and any log can show.
        let isValid = (1...255).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isValid else {
            throw .header("Idempotency-Key", "expected 1 to 255 visible ASCII characters, and one such field")
        }
        return key
    }

    /// One that does not follow the standard is ignored, as the standard asks (W3C Trace Context, 3.2).
    private static func traceparent(_ request: Request) -> String? {
        guard let name = HTTPField.Name("traceparent"), let text = request.headerFields[name] else { return nil }
        return Traceparent.isValid(text) ? text : nil
    }
}
