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

    /// How many workflows one script claims, and how many of what is to be forgotten one script removes.
    private static let batch = 100
    /// How many of the latter a round has at most: others wait for it.
    private static let sweepsPerRound = 10

    /// This node numbers its claims, so that one whose reply was lost can be asked for again.
    private struct Claims {
        let node: NodeID
        var number = 1
        /// Of whom the last one was, if it is not answered yet.
        var unanswered: NodeHeartbeat.EndedNode?
    }

    init(node: Node, store: any WorkflowStore) {
        self.node = node
        self.store = store
    }

    func run() async {
        // Only the newest counts. A takeover may take long, and must keep neither a heartbeat nor the rest waiting.
        let (rounds, round) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (deaths, death) = AsyncStream.makeStream(
            of: [NodeHeartbeat.EndedNode].self, bufferingPolicy: .bufferingNewest(1))
        let loop = node.loops.loops[0]
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) {
                await self.beat { ended in
                    // Apart from the rounds, which may themselves wait for what does not come.
                    self.node.superviseCoordinators()
                    round.yield()
                    death.yield(ended)
                }
                round.finish()
                death.finish()
            }
            group.addTask(executorPreference: loop) {
                var memory = MemoryReturn()
                for await _ in rounds where !self.node.isStopping { await self.attend(&memory) }
            }
            group.addTask(executorPreference: loop) {
                var claims = Claims(node: self.node.id)
                for await ended in deaths where !self.node.isStopping { await self.takeOver(ended, &claims) }
            }
        }
    }

    // MARK: Heartbeats

    private func beat(_ tell: ([NodeHeartbeat.EndedNode]) -> Void) async {
        let options = node.options
        let loop = node.loops.loops[0]
        var contact = Contact(longestGap: options.longestGap)
        var (id, isFirst) = (node.id, true)
        var hasPublished = false
        while !Task.isCancelled {
            let pause = node.heartbeatPause.begin()
            let sentAt = loop.now
            var nextEnd: Instant?
            do throws(StoreError) {
                let heartbeat = try await store.heartbeat(node.report(as: id, isFirst: isFirst))
                node.clock.synchronize(to: heartbeat.now, sentAt: sentAt, answeredAt: loop.now)
                if contact.heard(at: heartbeat.now) { isReviewDue.store(true, ordering: .relaxed) }
                if heartbeat.standing == .dead {
                    // A first heartbeat is always heard: whoever sends one owns nothing that could be taken over.
                    (id, isFirst) = (NodeID(token: node.random.token()), true)
                    // It may be a Redis that has lost what it had.
                    hasPublished = false
                    continue
                }
                isFirst = false
                nextEnd = heartbeat.nextEnd
                if id != node.id { await node.goOn(as: id) }
                // Before it is ready: who waited for that finds them.
                if !hasPublished { hasPublished = await publish() }
                if await node.knowsSettings(of: heartbeat.settingsRevision, from: store) { node.begins(.beating) }
                tell(heartbeat.ended)
            } catch {
                contact.lost()
                node.logger.debug("no heartbeat", metadata: ["reason": "\(error)"])
            }
            var left = options.heartbeat - (loop.now - sentAt)
            // Whose lease ends before the next heartbeat is due has missed one: it is looked after at that moment.
            if let nextEnd { left = min(left, node.clock.wait(until: nextEnd, at: loop.now) + .milliseconds(1)) }
            if left > .zero { _ = await pause.wait(for: left, on: loop) }
        }
    }

    private func publish() async -> Bool {
        let terms = AgentTerms(heartbeat: node.options.agentHeartbeat, lostAfter: node.options.agentLostAfter)
        do throws(StoreError) {
            try await store.publishProtocol(terms)
            return true
        } catch {
            node.logger.debug("agents beside Redis find no scripts", metadata: ["reason": "\(error)"])
            return false
        }
    }

    // MARK: Duties

    private func attend(_ memory: inout MemoryReturn) async {
        await node.learnAgents(from: store)
        await review()
        for host in node.hosts {
            await host.resumeDoubtful()
            await host.lookAfterSleepers()
        }
        await trying { () async throws(StoreError) in
            for id in try await store.inbox(of: node.id, limit: Self.batch) {
                await node.host(of: id).checkMail(of: id)
            }
        }
        await trying { () async throws(StoreError) in try await giveBackLost() }
        await trying { () async throws(StoreError) in
            let tallies = node.tallies.take()
            if !tallies.isEmpty { try await store.learn(tallies) }
        }
        await trying { () async throws(StoreError) in
            for _ in 0..<Self.sweepsPerRound where try await store.sweep(limit: Self.batch) < Self.batch { break }
        }
        var (count, asleep) = (0, 0)
        for host in node.hosts {
            count += await host.count
            asleep += await host.sleepers.count
        }
        node.metrics.coordinates(count, asleep: asleep)
        if memory.isDue(coordinators: count) { SystemMemory.giveBackFreed() }
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
            for host in node.hosts {
                await host.verify(owned: Set(owned))
                await wake(await host.unattended(owned.filter { node.host(of: $0) === host }))
            }
        } catch {
            isReviewDue.store(true, ordering: .relaxed)
        }
    }

    private func takeOver(_ ended: [NodeHeartbeat.EndedNode], _ claims: inout Claims) async {
        // What a former incarnation claimed last is claimed of it, as all that it had.
        if claims.node != node.id { claims = Claims(node: node.id) }
        for former in [claims.unanswered].compactMap(\.self) + ended {
            do throws(StoreError) {
                try await takeOver(former, &claims)
            } catch {
                // The next heartbeat that is heard is followed by the next attempt.
                node.logger.debug("a takeover was interrupted", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func takeOver(_ former: NodeHeartbeat.EndedNode, _ claims: inout Claims) async throws(StoreError) {
        var count = 0
        while !Task.isCancelled, !node.isStopping, node.id == claims.node {
            claims.unanswered = former
            let claimed = try await store.claimOrphans(
                of: former.id, for: claims.node, number: claims.number, limit: Self.batch)
            claims.unanswered = nil
            claims.number += 1
            await wake(claimed, unheardSince: former.heartbeatAt)
            count += claimed.count
            if claimed.count < Self.batch { break }
        }
        guard count > 0 else { return }
        node.metrics.tookOver(count)
        node.logger.notice("took workflows over", metadata: ["from": "\(former.id)", "count": "\(count)"])
    }

    /// Resumes workflows, all at once: their reads share round trips.
    private func wake(_ workflows: [WorkflowID], unheardSince: Instant? = nil) async {
        await withDiscardingTaskGroup { group in
            for id in workflows {
                let host = node.host(of: id)
                group.addTask(executorPreference: host.loop) {
                    guard await host.wake(id), let unheardSince else { return }
                    self.node.metrics.tookOver(after: self.node.clock.now(at: host.loop.now) - unheardSince)
                }
            }
        }
    }

    private func giveBackLost() async throws(StoreError) {
        let departures = try await store.removeLostAgents(for: node.id)
        for agent in departures.lost {
            let tasks = departures.holders.first { $0.id == agent }?.holds.count ?? 0
            node.metrics.lostAgent()
            node.logger.notice("an agent is lost", metadata: ["agent": "\(agent)", "tasks": "\(tasks)"])
        }
        await node.giveBack(departures)
    }
}
