import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes a webhook back, with all that it was still to be told.
enum RemoveWebhook: Operation {
    static let id = "removeWebhook"
    static let method = HTTPRequest.Method.delete
    static let path = "/v1/webhooks/{webhook}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = try request.webhookName()
        try QueryReader(request).finish()
        let wasThere = try await service.askingWebhooks { store throws(StoreError) in try await store.remove(name) }
        guard wasThere else { throw .unknown("webhook", name) }
        return Response(status: .noContent)
    }
}
