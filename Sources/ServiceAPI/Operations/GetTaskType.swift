import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Tells how the tasks of a type stand, who is capable of them, and what is set for them.
enum GetTaskType: Operation {
    static let id = "getTaskType"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/task-types/{task_type}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let type = try request.taskType()
        try QueryReader(request).finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.taskType(type, on: request.loop)
        }
        return .json { found.write(to: &$0) }
    }
}
