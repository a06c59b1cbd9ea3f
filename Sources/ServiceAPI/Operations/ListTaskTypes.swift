import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists task types by their names, with how their tasks stand.
enum ListTaskTypes: Operation {
    static let id = "listTaskTypes"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/task-types"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let page = try query.page { Identifier.isValid($0) }
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.taskTypes(page, on: request.loop)
        }
        return found.response("task_types") { $0.write(to: &$1) }
    }
}
