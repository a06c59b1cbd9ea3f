import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Says whom to tell of what, in place of what was said before.
enum ConfigureWebhook: Operation {
    static let id = "configureWebhook"
    static let method = HTTPRequest.Method.put
    static let path = "/v1/webhooks/{webhook}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let read = Webhook(name: name, reading: &body.fields, problems: &body.problems)
        try body.finish()
        let webhook = try body.require(read)
        let hasRoom = try await service.askingWebhooks { store throws(StoreError) in try await store.set(webhook) }
        guard hasRoom else {
            let detail = "There are \(Webhook.atMost) webhooks already; take one back first."
            throw .conflict("too-many-webhooks", "Too many webhooks", detail)
        }
        let entry = try await service.webhook(name)
        return .json { entry.write(to: &$0) }
    }
}
