import Logging
import Sockets
import Synchronization
import WorkflowCore

/// Says that the node is alive, and notices who is not: claims the workflows of nodes whose lease has ended, gives back
/// what lost agents held, and goes on with workflows whose coordinator lost the store.
final class Watchdog: Sendable {
    private let node: Node
    private let store: any WorkflowStore
    /// What this node owns may be other than what it coordinates.
    private let isReviewDue = Atomic(false)
    /// Lost agents that the store told of last: it tells of each as long as that holds something.
    private let lostAgents = Mutex<Set<AgentID>>([])

    /// How many workflows one script claims, and how many of what is to be forgotten one script removes.
    private static let batch = 100
    /// How many of the latter a round has at most: others wait for it.
    private static let sweepsPerRound = 10

    /// What a heartbeat tells.
    private struct News: Sendable {
        let ended: [NodeHeartbeat.EndedNode]
        /// This node was in touch with the store for a whole lease: who was away itself does not judge others.
        let mayJudge: Bool
    }

    init(node: Node, store: any WorkflowStore) {
        self.node = node
        self.store = store
    }

    func run() async {
        // Only the newest counts. A takeover may take long, and must keep neither a heartbeat nor the rest waiting.
        let (rounds, round) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (deaths, death) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .bufferingNewest(1))
        let loop = node.loops.loops[0]
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) {
                await self.beat { news in
                    round.yield()
                    death.yield(news)
                }
                round.finish()
                death.finish()
            }
            group.addTask(executorPreference: loop) {
                for await _ in rounds where !self.node.isStopping { await self.attend() }
            }
            group.addTask(executorPreference: loop) {
                for await news in deaths where !self.node.isStopping { await self.takeOver(news) }
            }
        }
    }

    // MARK: Heartbeats

    private func beat(_ tell: (News) -> Void) async {
        let options = node.options
        let loop = node.loops.loops[0]
        var contact = Contact(lease: options.nodeTimeout, interval: options.heartbeat)
        var isFirst = true
        while !Task.isCancelled {
            let sentAt = loop.now
            do throws(StoreError) {
                let heartbeat = try await store.heartbeat(of: node.id, lease: options.nodeTimeout)
                node.clock.synchronize(to: heartbeat.now, sentAt: sentAt, answeredAt: loop.now)
                node.becomeReady()
                let hadGap = contact.heard(at: heartbeat.now)
                if hadGap || !heartbeat.wasKnown && !isFirst { isReviewDue.store(true, ordering: .relaxed) }
                isFirst = false
                tell(News(ended: heartbeat.ended, mayJudge: contact.duration >= options.nodeTimeout))
            } catch {
                contact.lost()
                node.logger.debug("no heartbeat", metadata: ["reason": "\(error)"])
            }
            let left = options.heartbeat - (loop.now - sentAt)
            if left > .zero { await loop.pause(for: left) }
        }
    }

    // MARK: Duties

    private func attend() async {
        await review()
        for host in node.hosts { await host.resumeDoubtful() }
        await trying { () async throws(StoreError) in
            for id in try await store.inbox(of: node.id, limit: Self.batch) {
                await node.host(of: id).checkMail(of: id)
            }
        }
        await trying { () async throws(StoreError) in try await giveBackLost() }
        await trying { () async throws(StoreError) in
            for _ in 0..<Self.sweepsPerRound where try await store.sweep(limit: Self.batch) < Self.batch { break }
        }
        var count = 0
        for host in node.hosts { count += await host.count }
        node.metrics.coordinates(count)
    }

    /// What fails now is due again with the next heartbeat.
    private func trying(_ duty: () async throws(StoreError) -> Void) async {
        do throws(StoreError) {
            try await duty()
        } catch {
            node.logger.debug("the watchdog was interrupted", metadata: ["reason": "\(error)"])
        }
    }

    /// Resumes what the node owns and does not coordinate, and has those find out whose workflow it may not own.
    private func review() async {
        guard isReviewDue.exchange(false, ordering: .relaxed) else { return }
        do throws(StoreError) {
            let owned = try await store.owned(by: node.id)
            for host in node.hosts { await host.verify(owned: Set(owned)) }
            await wake(owned)
        } catch {
            isReviewDue.store(true, ordering: .relaxed)
        }
    }

    private func takeOver(_ news: News) async {
        for former in news.ended where former.hasLeft || news.mayJudge {
            await trying { () async throws(StoreError) in try await takeOver(former.id) }
        }
    }

    private func takeOver(_ former: NodeID) async throws(StoreError) {
        var count = 0
        while !Task.isCancelled, !node.isStopping {
            let claimed: [WorkflowID]
            do throws(StoreError) {
                claimed = try await store.claimOrphans(of: former, for: node.id, limit: Self.batch)
            } catch {
                // What was claimed, if it was, is this node's, and nobody else will say which ones.
                isReviewDue.store(true, ordering: .relaxed)
                throw error
            }
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
        let lost = departed.filter { $0.status == .lost }
        let known = lostAgents.withLock { known in
            defer { known = Set(lost.map(\.id)) }
            return known
        }
        for agent in lost where !known.contains(agent.id) {
            node.metrics.lostAgent()
            node.logger.notice(
                "an agent is lost", metadata: ["agent": "\(agent.id)", "tasks": "\(agent.holds.count)"])
        }
        await node.giveBack(departed)
    }
}
