import HTTP
import HTTPTypes
import JSON

/// Says that the process lives.
enum GetHealth: Operation {
    static let id = "getHealth"
    static let method = HTTPRequest.Method.get
    static let path = "/healthz"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        .json { $0.field("status", "ok") }
    }
}
