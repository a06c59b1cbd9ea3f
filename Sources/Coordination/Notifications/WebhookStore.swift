package import JSON
import RedisStreams
package import WorkflowCore

/// Webhooks and what they are to be told, in Redis: any node may work it off.
package struct WebhookStore: Sendable {
    private let store: RedisStore

    package init(_ store: RedisStore) {
        self.store = store
    }

    /// A webhook, and how it has fared.
    package struct Entry: Sendable {
        package let webhook: Webhook
        package let delivered: Int
        package let dropped: Int
        package let deliveredAt: Instant?
        package let failedAt: Instant?
        package let error: String?
        package let dead: Int
    }

    /// An event on its way to a webhook.
    package struct Delivery: Sendable {
        package let id: Int
        package let attempt: Int
        package let webhook: Webhook
        package let workflow: WorkflowID
        package let event: JSONText
    }

    /// An event that a webhook did not take.
    package struct DeadDelivery: Sendable {
        package let id: Int
        package let workflow: String
        package let event: JSONText
        package let failedAt: Instant?
        package let error: String?
    }

    package enum Outcome: Sendable {
        case done
        /// It is tried again after that time.
        case again(after: Duration, reason: String)
        case dead(reason: String)
    }

    /// How many dead deliveries of a webhook are kept.
    package static let deadAtMost = 1000

    private func key(_ name: String) -> RedisArgument { RedisArgument(store.keys.prefix + name) }

    // MARK: Webhooks

    /// Whether there was room for it.
    package func set(_ webhook: Webhook) async throws(StoreError) -> Bool {
        let wanted = " " + webhook.eventNames.joined(separator: " ") + " "
        let reply = try await store.run(
            Scripts.webhook,
            [
                RedisArgument(webhook.name), RedisArgument(webhook.json.bytes), RedisArgument(wanted),
                RedisArgument(Webhook.atMost),
            ])
        return reply.string == "set"
    }

    /// Whether there was one. What it was to be told is forgotten.
    package func remove(_ name: String) async throws(StoreError) -> Bool {
        try await store.run(Scripts.webhook, [RedisArgument(name), "", "", "0"]).string == "gone"
    }

    package func webhooks() async throws(StoreError) -> [Entry] {
        let names = try await store.read("HKEYS", key("webhooks")).array ?? []
        var entries: [Entry] = []
        for name in names.compactMap(\.string).sorted() {
            if let entry = try await webhook(name) { entries.append(entry) }
        }
        return entries
    }

    package func webhook(_ name: String) async throws(StoreError) -> Entry? {
        guard let stored = try await store.read("HGET", key("webhooks"), RedisArgument(name)).bytes,
            let text = try? JSONText(validating: stored), let webhook = Webhook(name: name, stored: text)
        else { return nil }
        let state = try await store.read(
            "HMGET", key("webhook:\(name)"), "delivered", "dropped", "delivered_at", "failed_at", "error")
        let dead = try await store.read("ZCARD", key("deliveries:dead:\(name)")).integer ?? 0
        let values = state.array ?? []
        func time(_ index: Int) -> Instant? { values.count == 5 ? values[index].milliseconds : nil }
        func count(_ index: Int) -> Int { values.count == 5 ? Int(values[index].integer ?? 0) : 0 }
        return Entry(
            webhook: webhook, delivered: count(0), dropped: count(1), deliveredAt: time(2), failedAt: time(3),
            error: values.count == 5 ? values[4].string : nil, dead: Int(dead))
    }

    // MARK: Deliveries

    /// Some that are due, for this node to make within the time.
    package func take(_ limit: Int, for lease: Duration) async throws(StoreError) -> [Delivery] {
        let reply = try await store.run(
            Scripts.deliveries, [RedisArgument(limit), RedisArgument(lease.wholeMilliseconds)])
        return (reply.array ?? []).compactMap(Delivery.init)
    }

    package func settle(_ delivery: Delivery, _ outcome: Outcome) async throws(StoreError) {
        let (word, reason, wait): (RedisArgument, String, Duration) =
            switch outcome {
            case .done: ("done", "", .zero)
            case .again(let wait, let reason): ("again", reason, wait)
            case .dead(let reason): ("dead", reason, .zero)
            }
        _ = try await store.run(
            Scripts.delivered,
            [
                RedisArgument(delivery.id), RedisArgument(delivery.attempt), word, RedisArgument(reason),
                RedisArgument(wait.wholeMilliseconds), RedisArgument(Self.deadAtMost),
            ])
    }

    /// Newest first.
    package func dead(of name: String, limit: Int) async throws(StoreError) -> [DeadDelivery] {
        let ids = try await store.read(
            "ZRANGE", key("deliveries:dead:\(name)"), "0", RedisArgument(limit - 1), "REV")
        var found: [DeadDelivery] = []
        for id in (ids.array ?? []).compactMap(\.integer) {
            let record = try await store.read(
                "HMGET", key("delivery:\(id)"), "workflow", "event", "failed_at", "error")
            guard let values = record.array, values.count == 4, let event = values[1].bytes else { continue }
            found.append(
                DeadDelivery(
                    id: Int(id), workflow: values[0].string ?? "", event: JSONText(unchecked: event),
                    failedAt: values[2].milliseconds, error: values[3].string))
        }
        return found
    }

    /// Begins dead ones anew, all if none is named; gives how many.
    package func redeliver(_ ids: [Int], of name: String) async throws(StoreError) -> Int {
        let arguments = [RedisArgument(name)] + ids.map { RedisArgument($0) }
        return Int(try await store.run(Scripts.redeliver, RedisArguments(arguments)).integer ?? 0)
    }
}

extension WebhookStore.Delivery {
    fileprivate init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 6, let id = parts[0].integer, let attempt = parts[1].integer,
            let name = parts[2].string, let settings = parts[3].bytes,
            let text = try? JSONText(validating: settings), let webhook = Webhook(name: name, stored: text),
            let workflow = parts[4].string.flatMap(WorkflowID.init), let event = parts[5].bytes
        else { return nil }
        self.init(
            id: Int(id), attempt: Int(attempt), webhook: webhook, workflow: workflow,
            event: JSONText(unchecked: event))
    }
}
