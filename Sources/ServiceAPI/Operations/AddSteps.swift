import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes steps from the program that coordinates an external workflow, and may wait for their results.
enum AddSteps: Operation {
    static let id = "addSteps"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows/{workflow_id}/steps"

    /// In one request. What a workflow may have in all is the plan's limit.
    private static let countRange = 1...1000

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        var query = try QueryReader(request)
        let wait = try query.wait()
        try query.finish()
        var body = try BodyReader(request)
        let steps = readSteps(&body)
        try body.finish()
        let nodes = try body.require(steps)
        let delivery = try await asking { () async throws(CoordinationError) in
            try await service.node.add(JSONText(array: nodes), to: id)
        }
        let ids = nodes.compactMap { $0.member("id")?.string }
        if case .refused(let refusal) = delivery.outcome {
            throw try await problem(refusal, id, of: request, to: service)
        }
        let view = try await asking { () async throws(CoordinationError) in
            guard let wait else { return try await service.node.workflow(id, on: request.loop) }
            return try await service.node.workflow(id, with: .endOfSteps(ids), within: wait, on: request.loop)
        }
        return view.response(with: ids, delivery.outcome == .accepted ? .created : .ok)
    }

    private static func readSteps(_ body: inout BodyReader) -> [JSONNode]? {
        guard let nodes = body.fields.required(array: "steps", problems: &body.problems) else { return nil }
        if countRange.contains(nodes.count) { return nodes }
        let allowed = "\(countRange.lowerBound) to \(countRange.upperBound)"
        body.problems.add("/steps", "expected \(allowed) steps in one request, found \(nodes.count)")
        return nil
    }

    /// With a step that is there and differs comes the step: whoever was slower can go on with what was recorded.
    private static func problem(
        _ refusal: Refusal, _ id: WorkflowID, of request: Request, to service: API
    ) async throws(ProblemDocument) -> ProblemDocument {
        var problem = ProblemDocument(refusal, of: id)
        guard case .stepDiffers(let step, _) = refusal else { return problem }
        let view = try await asking { () async throws(CoordinationError) in
            try await service.node.workflow(id, on: request.loop)
        }
        if let ordinal = view.workflow.plan.ordinals[step] {
            var writer = JSONWriter()
            writer.object { view.writeStep(ordinal, to: &$0) }
            problem.members.append(("step", writer.text))
        }
        return problem
    }
}

extension JSONText {
    fileprivate init(array nodes: [JSONNode]) {
        var writer = JSONWriter(reservingCapacity: nodes.reduce(2) { $0 + $1.byteCount + 1 })
        writer.array(nodes) { $0.raw($1.text) }
        self = writer.text
    }
}
