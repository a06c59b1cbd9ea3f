import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Sets what holds for the tasks of a type, in place of what was set before.
enum ConfigureTaskType: Operation {
    static let id = "configureTaskType"
    static let method = HTTPRequest.Method.put
    static let path = "/v1/task-types/{task_type}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let type = try request.taskType()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let settings = TaskTypeSettings(reading: &body.fields, problems: &body.problems)
        try body.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.configure(type, settings, on: request.loop)
            return try await service.node.taskType(type, on: request.loop)
        }
        return .json { found.write(to: &$0) }
    }
}
