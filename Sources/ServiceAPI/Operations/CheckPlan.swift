import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Checks a plan as a start would, and starts nothing.
enum CheckPlan: Operation {
    static let id = "checkPlan"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/plans/check"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        let body = try request.json()
        let plan: Plan
        do throws(CoordinationError) {
            plan = try service.node.check(body)
        } catch {
            throw ProblemDocument(error)
        }
        let types = Set(plan.steps.compactMap(\.behavior.taskType)).sorted()
        return .json { writer in
            writer.field("name", plan.name)
            writer.field("steps", plan.steps.count)
            writer.name("task_types")
            writer.array(types) { $0.string($1) }
        }
    }
}
