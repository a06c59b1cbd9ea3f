import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists what a webhook did not take, however often it was tried; newest first.
enum ListFailedDeliveries: Operation {
    static let id = "listFailedDeliveries"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/webhooks/{webhook}/failures"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        var query = try QueryReader(request)
        let limit = try query.integer("limit", in: 1...WebhookStore.deadAtMost) ?? 50
        try query.finish()
        _ = try await service.webhook(name)
        let found = try await service.askingWebhooks { store throws(StoreError) in
            try await store.dead(of: name, limit: limit)
        }
        return .json { writer in
            writer.name("failures")
            writer.array(found) { writer, failure in writer.object { failure.write(to: &$0) } }
        }
    }
}
