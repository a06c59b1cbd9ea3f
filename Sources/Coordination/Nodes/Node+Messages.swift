import Logging
import Sockets
import WorkflowCore

/// What a node hears from others.
extension Node {
    /// Listens until the task is cancelled.
    func listen() async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loops.loops[0]) {
                await self.messages.run { [weak self] in self?.hear($0) }
            }
            var former: NodeID?
            for await id in ids {
                await listen(to: .node(id))
                if let former { await messages.ignore(.node(former)) } else { await listen(to: .nodes) }
                former = id
                // What was told before is missed.
                lookAround()
                begins(.hearing)
            }
        }
    }

    /// Returns when every message there will be heard, or the task is cancelled.
    private func listen(to channel: Channel) async {
        var isFirst = true
        while !Task.isCancelled {
            do throws(StoreError) {
                return try await messages.listen(to: channel)
            } catch {
                await messages.ignore(channel)
                if isFirst { logger.warning("the node hears no messages", metadata: ["reason": "\(error)"]) }
                isFirst = false
            }
            await loops.loops[0].pause(for: options.heartbeat)
        }
    }

    private func hear(_ heard: Heard) {
        switch heard {
        case .connected: lookAround()
        case .message(let message): hear(message)
        }
    }

    private func hear(_ message: NodeMessage) {
        switch message {
        case .mail(let id, let letter): onHost(of: id) { $0.hear(letter, of: id) }
        case .reply(let number, let delivery): correspondence.hear(number, .delivery(delivery))
        case .again(let number): correspondence.hear(number, .again)
        case .taken(let task, let attempt, let agent, let at):
            let event = StepEvent.taken(attempt: attempt, by: agent, at: at)
            onHost(of: task.workflow) { $0.hear(.step(task.step, event), of: task.workflow) }
        // Of one that not everyone may take all nodes were told.
        case .task(let call): takes.announce(call, passesOn: call.audience == .pool)
        case .stop(let agent): takes.announceStop(to: agent)
        case .changed(let id, _): changes.hear(id)
        // The next heartbeat reads them.
        case .settings(let type):
            heartbeatPause.cutShort()
            takes.announceAll(of: type)
        case .left: heartbeatPause.cutShort()
        }
    }

    /// Messages may have been missed: everything that they tell of is looked for where it is stored.
    private func lookAround() {
        heartbeatPause.cutShort()
        correspondence.askAgain()
        changes.hearAll()
        takes.announceAll()
        for host in hosts { host.loop.execute { host.assumeIsolated { $0.lookAround() } } }
    }

    private func onHost(of id: WorkflowID, _ body: @escaping @Sendable (isolated CoordinatorHost) -> Void) {
        let host = host(of: id)
        if host.loop.isCurrent {
            host.assumeIsolated(body)
        } else {
            host.loop.execute { host.assumeIsolated(body) }
        }
    }
}
