import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads a webhook, and how it has fared.
enum GetWebhook: Operation {
    static let id = "getWebhook"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/webhooks/{webhook}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        try QueryReader(request).finish()
        let entry = try await service.webhook(name)
        return .json { entry.write(to: &$0) }
    }
}
