package import Coordination
import JSON
package import Logging
import ServiceLifecycle
package import Sockets
import Synchronization
import WorkflowCore

/// Works off what webhooks are to be told. Each node has one, and they share the work: a delivery is one node's for a
/// while, and due again if that has not said what became of it.
package struct Notifier: Service {
    private let store: WebhookStore
    private let node: Node
    private let sender: WebhookSender
    private let logger: Logger

    private static let pause = Duration.milliseconds(500)
    /// How many are under way at a time: a receiver that does not answer holds up others only if it has all of them.
    private static let atOnce = 64
    /// Longer than all that one delivery may take.
    private static let lease = Duration.seconds(60)
    /// About seventeen hours until the last one.
    static let waits: [Duration] = [
        .seconds(5), .seconds(15), .seconds(45), .seconds(150), .seconds(600), .seconds(1800), .seconds(3600),
        .seconds(3 * 3600), .seconds(6 * 3600), .seconds(6 * 3600),
    ]

    package init(_ store: WebhookStore, node: Node, on loop: EventLoop, allowsPrivate: Bool, logger: Logger) {
        self.store = store
        self.node = node
        sender = WebhookSender(loop: loop, allowsPrivate: allowsPrivate)
        self.logger = logger
    }

    package func run() async throws {
        let underWay = Counter()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    for delivery in await self.due(Self.atOnce - underWay.count) {
                        underWay.add(1)
                        group.addTask(executorPreference: self.sender.loop) {
                            await self.deliver(delivery)
                            underWay.add(-1)
                        }
                    }
                    await self.sender.loop.pause(for: Self.pause)
                }
            }
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)

        var count: Int { value.load(ordering: .relaxed) }
        func add(_ number: Int) { value.add(number, ordering: .relaxed) }
    }

    private func due(_ limit: Int) async -> [WebhookStore.Delivery] {
        guard limit > 0 else { return [] }
        do throws(StoreError) {
            return try await store.take(limit, for: Self.lease)
        } catch {
            logger.debug("no deliveries", metadata: ["reason": "\(error)"])
            return []
        }
    }

    private func deliver(_ delivery: WebhookStore.Delivery) async {
        let webhook = delivery.webhook
        let escalation = await escalation(of: delivery)
        let now = node.clock.now(at: sender.loop.now)
        let body = NotificationBody(workflow: delivery.workflow, event: delivery.event, escalation: escalation)
        let answer = await sender.send(
            body.bytes(for: webhook, at: now), id: "msg_\(webhook.name)_\(delivery.id)", to: webhook, at: now)
        do throws(StoreError) {
            try await store.settle(delivery, outcome(of: answer, delivery))
        } catch {
            // It is due again when its time here is over, and the receiver knows it by its id.
            logger.debug("a delivery was not settled", metadata: ["reason": "\(error)"])
        }
    }

    private func outcome(of answer: WebhookSender.Answer, _ delivery: WebhookStore.Delivery) -> WebhookStore.Outcome {
        guard let reason = answer.reason else { return .done }
        guard delivery.attempt <= Self.waits.count else {
            logger.warning(
                "a webhook was not told", metadata: ["webhook": "\(delivery.webhook.name)", "reason": "\(reason)"])
            return .dead(reason: reason)
        }
        return .again(after: Self.waits[delivery.attempt - 1], reason: reason)
    }

    private func escalation(of delivery: WebhookStore.Delivery) async -> StoredEscalation? {
        guard let id = JSONNode(delivery.event).member("escalation_id")?.string.flatMap(EscalationID.init) else {
            return nil
        }
        return try? await node.escalation(id, on: sender.loop)
    }

    /// Tells a webhook that this is a test, now; whether it took that.
    func test(_ webhook: Webhook) async -> WebhookSender.Answer {
        let now = node.clock.now(at: sender.loop.now)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("type", "test")
            writer.field("at", now)
            writer.field("reason", "This is what a message of Ganglion looks like.")
        }
        let body = NotificationBody(workflow: nil, event: writer.text, escalation: nil)
        return await sender.send(
            body.bytes(for: webhook, at: now), id: "msg_\(webhook.name)_test_\(now.milliseconds)", to: webhook, at: now)
    }
}
