import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads what happened to a workflow, oldest first.
enum GetWorkflowHistory: Operation {
    static let id = "getWorkflowHistory"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/history"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        var query = try QueryReader(request)
        let page = try query.page(Self.isPlace)
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.history(of: id, page, on: request.loop)
        }
        return found.response("events") { $0.write(to: &$1) }
    }

    /// The id of a stream's entry: two numbers (redis.io/docs/data-types/streams, "Entry IDs").
    private static func isPlace(_ cursor: String) -> Bool {
        let parts = cursor.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return parts.count == 2 && parts.allSatisfy { (1...19).contains($0.count) && $0.allSatisfy(digits.contains) }
    }
}
