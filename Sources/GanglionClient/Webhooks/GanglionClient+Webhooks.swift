import JSON

/// Whom to tell of what happens.
extension GanglionClient {
    /// All there are, by their names.
    public func webhooks() async throws(GanglionError) -> [Webhook] {
        try await fields(of: .get(Target("/v1/webhooks")), "the list").list("webhooks") { node throws(GanglionError) in
            try Webhook(try Fields(node, "a webhook"))
        }
    }

    public func webhook(_ name: String) async throws(GanglionError) -> Webhook {
        try Webhook(try await fields(of: .get(Target("/v1/webhooks/", name)), "the webhook"))
    }

    /// In place of what was said of it before.
    @discardableResult
    public func configureWebhook(
        _ name: String, _ settings: Webhook.Settings
    ) async throws(GanglionError) -> Webhook {
        let call = Call.put(Target("/v1/webhooks/", name)) { settings.write(to: &$0) }
        return try Webhook(try await fields(of: call, "the webhook"))
    }

    public func removeWebhook(_ name: String) async throws(GanglionError) {
        _ = try await answer(to: .delete(Target("/v1/webhooks/", name)))
    }

    /// Tells it something now.
    public func testWebhook(_ name: String) async throws(GanglionError) -> Webhook.Test {
        let call = Call.post(Target("/v1/webhooks/", name, "/test"), isRepeatable: true) { _ in }
        return try Webhook.Test(try await fields(of: call, "the test"))
    }

    /// What it did not take, newest first.
    public func webhookFailures(_ name: String, limit: Int? = nil) async throws(GanglionError) -> [Webhook.Failure] {
        let target = Target("/v1/webhooks/", name, "/failures").with("limit", limit)
        return try await fields(of: .get(target), "the list").list("failures") { node throws(GanglionError) in
            try Webhook.Failure(try Fields(node, "a failure"))
        }
    }

    /// Tries again what it did not take, all if no ids are named; gives how many.
    @discardableResult
    public func redeliver(to name: String, ids: [Int] = []) async throws(GanglionError) -> Int {
        let call = Call.post(Target("/v1/webhooks/", name, "/redeliver"), isRepeatable: true) { body in
            guard !ids.isEmpty else { return }
            body.name("ids")
            body.array(ids) { $0.integer($1) }
        }
        return try await fields(of: call, "the answer").integer("redelivered")
    }
}
