import Coordination
import HTTP
import JSON
import WorkflowCore

/// What the operations on webhooks share.
extension API {
    func askingWebhooks<Value>(
        _ question: (WebhookStore) async throws(StoreError) -> Value
    ) async throws(ProblemDocument) -> Value {
        guard let webhooks else { throw .unavailable("this node has no webhooks") }
        do throws(StoreError) {
            return try await question(webhooks)
        } catch {
            throw ProblemDocument(CoordinationError(error))
        }
    }

    func webhook(_ name: String) async throws(ProblemDocument) -> WebhookStore.Entry {
        let found = try await askingWebhooks { store throws(StoreError) in try await store.webhook(name) }
        guard let found else { throw .unknown("webhook", name) }
        return found
    }
}

extension Request {
    func webhookName() throws(ProblemDocument) -> String {
        let name = parameters["webhook"] ?? ""
        guard Identifier.isValid(name) else { throw .unknown("webhook", name) }
        return name
    }
}

extension BodyReader {
    /// Which dead deliveries are meant; empty for all.
    mutating func deliveryIDs() -> [Int] {
        guard let nodes = fields.optional(array: "ids", problems: &problems) else { return [] }
        guard (1...WebhookStore.deadAtMost).contains(nodes.count) else {
            problems.add("/ids", "expected 1 to \(WebhookStore.deadAtMost), found \(nodes.count)")
            return []
        }
        var ids: [Int] = []
        for (index, node) in nodes.enumerated() {
            if let id = node.int64.flatMap(Int.init(exactly:)), id > 0 {
                ids.append(id)
            } else {
                problems.add("/ids/\(index)", "expected the 'id' of a failure")
            }
        }
        return ids
    }
}

extension WebhookStore.Entry {
    /// Whether there is a secret is told, and never which.
    func write(to writer: inout JSONWriter) {
        writer.field("name", webhook.name)
        writer.field("url", webhook.url.text)
        writer.field("template", webhook.template.rawValue)
        writer.name("events")
        writer.array(webhook.eventNames) { $0.string($1) }
        writer.field("signed", webhook.secret != nil)
        writer.field("link_base", optional: webhook.linkBase)
        writer.field("delivered", delivered)
        writer.field("failures", dead)
        writer.field("dropped", dropped)
        writer.field("delivered_at", optional: deliveredAt)
        writer.field("failed_at", optional: failedAt)
        writer.field("last_error", optional: error)
    }
}

extension WebhookStore.DeadDelivery {
    func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("workflow_id", workflow)
        writer.field("event", raw: event)
        writer.field("failed_at", optional: failedAt)
        writer.field("reason", optional: error)
    }
}
