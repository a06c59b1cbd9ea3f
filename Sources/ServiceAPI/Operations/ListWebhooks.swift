import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists webhooks by their names, with how they have fared.
enum ListWebhooks: Operation {
    static let id = "listWebhooks"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/webhooks"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        let found = try await service.askingWebhooks { store throws(StoreError) in try await store.webhooks() }
        return .json { writer in
            writer.name("webhooks")
            writer.array(found) { writer, entry in writer.object { entry.write(to: &$0) } }
        }
    }
}
