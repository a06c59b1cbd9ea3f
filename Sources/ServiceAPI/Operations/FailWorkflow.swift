import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Ends an external workflow that did not succeed.
enum FailWorkflow: Operation {
    static let id = "failWorkflow"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows/{workflow_id}/fail"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let failure = body.fields.required("error", problems: &body.problems).flatMap {
            Failure($0, at: "/error", problems: &body.problems)
        }
        try body.finish()
        return try await service.finish(id, .failed(try body.require(failure)), request)
    }
}

extension Failure {
    /// Reads `{"code", "message"}`.
    fileprivate init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let code = fields.required(string: "code", length: 1...64, problems: &problems)
        let message = fields.required(string: "message", length: 0...4096, problems: &problems)
        fields.finish(problems: &problems)
        guard let code, let message else { return nil }
        self.init(code: code, message: message)
    }
}
