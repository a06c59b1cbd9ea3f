import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Tells a webhook something now, and says whether it took that.
enum TestWebhook: Operation {
    static let id = "testWebhook"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/webhooks/{webhook}/test"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        try QueryReader(request).finish()
        let webhook = try await service.webhook(name).webhook
        guard let notifier = service.notifier else { throw .unavailable("this node tells no webhooks") }
        let answer = await notifier.test(webhook)
        return .json { writer in
            switch answer {
            case .taken(let status):
                writer.field("delivered", true)
                writer.field("status", status)
            case .failed(let reason):
                writer.field("delivered", false)
                writer.field("reason", reason)
            }
        }
    }
}
