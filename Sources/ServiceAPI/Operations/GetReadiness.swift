import Coordination
import HTTP
import HTTPTypes
import JSON

/// Says whether the node takes requests.
enum GetReadiness: Operation {
    static let id = "getReadiness"
    static let method = HTTPRequest.Method.get
    static let path = "/readyz"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        if let reason = await service.node.unavailability() { throw .unavailable(reason) }
        return .json { $0.field("status", "ready") }
    }
}
