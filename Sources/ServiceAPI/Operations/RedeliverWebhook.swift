import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Tries again what a webhook did not take.
enum RedeliverWebhook: Operation {
    static let id = "redeliverWebhook"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/webhooks/{webhook}/redeliver"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        let ids = body.deliveryIDs()
        try body.finish()
        _ = try await service.webhook(name)
        let count = try await service.askingWebhooks { store throws(StoreError) in
            try await store.redeliver(ids, of: name)
        }
        return .json { $0.field("redelivered", count) }
    }
}
