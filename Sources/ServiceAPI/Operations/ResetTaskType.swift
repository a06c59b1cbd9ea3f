import Coordination
import HTTP
import HTTPTypes
import WorkflowCore

/// Takes back what is set for a task type.
enum ResetTaskType: Operation {
    static let id = "resetTaskType"
    static let method = HTTPRequest.Method.delete
    static let path = "/v1/task-types/{task_type}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let type = try request.taskType()
        try QueryReader(request).finish()
        try await asking { () async throws(CoordinationError) in
            _ = try await service.node.taskType(type, on: request.loop)
            try await service.node.configure(type, nil, on: request.loop)
        }
        return Response(status: .noContent)
    }
}
