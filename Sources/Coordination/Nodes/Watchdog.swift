import Logging
import Sockets
import WorkflowCore

/// Says that the node is alive, and notices who is not: claims the workflows of nodes whose lease has ended, gives back
/// what lost agents held, and goes on with workflows whose coordinator lost the store.
struct Watchdog {
    let node: Node
    let store: any WorkflowStore

    /// How many workflows one script claims, and how many of what is to be forgotten one script removes.
    private static let batch = 100

    /// What a heartbeat makes due.
    private struct Duty: Sendable {
        let ended: [NodeHeartbeat.EndedNode]
        /// This node was in touch with the store for a whole lease: who was away itself does not judge others.
        let mayJudge: Bool
        /// This node was out of touch before.
        let isBack: Bool
    }

    func run() async {
        // Only the newest counts: a takeover may take longer than a heartbeat, and must not keep one from being sent.
        let (duties, heart) = AsyncStream.makeStream(of: Duty.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: node.loops.loops[0]) {
                await self.beat(heart)
                heart.finish()
            }
            group.addTask(executorPreference: node.loops.loops[0]) {
                for await duty in duties { await self.attend(to: duty) }
            }
        }
    }

    // MARK: Heartbeats

    private func beat(_ heart: AsyncStream<Duty>.Continuation) async {
        var contact = Contact()
        while !Task.isCancelled {
            let sentAt = ContinuousClock.now
            do throws(StoreError) {
                let heartbeat = try await store.heartbeat(of: node.id, lease: node.options.nodeTimeout)
                node.clock.synchronize(to: heartbeat.now, sentAt: sentAt)
                node.becomeReady()
                let isBack = contact.heard(at: sentAt, isKnown: heartbeat.wasKnown)
                let mayJudge = contact.duration >= node.options.nodeTimeout
                heart.yield(Duty(ended: heartbeat.ended, mayJudge: mayJudge, isBack: isBack))
            } catch {
                contact.lost()
                node.logger.debug("no heartbeat", metadata: ["reason": "\(error)"])
            }
            let left = node.options.heartbeat - (.now - sentAt)
            if left > .zero { await node.loops.loops[0].pause(for: left) }
        }
    }

    /// Since when the store has answered without a gap.
    private struct Contact {
        private var since: ContinuousClock.Instant?
        private var last: ContinuousClock.Instant?
        private var wasInTouch = false

        var duration: Duration { since.flatMap { since in last.map { $0 - since } } ?? .zero }

        /// Says whether contact was lost before.
        mutating func heard(at now: ContinuousClock.Instant, isKnown: Bool) -> Bool {
            let isBack = wasInTouch && (since == nil || !isKnown)
            since = since ?? now
            last = now
            wasInTouch = true
            return isBack
        }

        mutating func lost() { since = nil }
    }

    // MARK: Duties

    private func attend(to duty: Duty) async {
        do throws(StoreError) {
            if duty.isBack { await wake(try await store.owned(by: node.id)) }
            for host in node.hosts { await wake(Array(await host.takeInterrupted())) }
            for former in duty.ended where former.hasLeft || duty.mayJudge { try await takeOver(former.id) }
            try await giveBackLost()
            while try await store.sweep(limit: Self.batch) == Self.batch, !Task.isCancelled {}
        } catch {
            node.logger.debug("the watchdog was interrupted", metadata: ["reason": "\(error)"])
        }
        var count = 0
        for host in node.hosts { count += await host.count }
        node.metrics.coordinates(count)
    }

    private func takeOver(_ former: NodeID) async throws(StoreError) {
        var count = 0
        while !Task.isCancelled {
            let claimed = try await store.claimOrphans(of: former, for: node.id, limit: Self.batch)
            await wake(claimed)
            count += claimed.count
            if claimed.count < Self.batch { break }
        }
        guard count > 0 else { return }
        node.metrics.tookOver(count)
        node.logger.notice("took workflows over", metadata: ["from": "\(former)", "count": "\(count)"])
    }

    /// Resumes workflows, all at once: their reads share round trips.
    private func wake(_ workflows: [WorkflowID]) async {
        await withDiscardingTaskGroup { group in
            for id in workflows {
                let host = node.host(of: id)
                group.addTask(executorPreference: host.loop) { await host.wake(id) }
            }
        }
    }

    private func giveBackLost() async throws(StoreError) {
        let departed = try await store.removeLostAgents()
        guard !departed.isEmpty else { return }
        let lost = departed.filter { $0.status == .lost }
        for agent in lost {
            node.logger.notice(
                "an agent is lost", metadata: ["agent": "\(agent.id)", "tasks": "\(agent.holds.count)"])
        }
        node.metrics.lostAgents(lost.count)
        await node.giveBack(departed)
    }
}
