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
            for channel in [Channel.node(id), .nodes] {
                // If it cannot be listened to now, it will be, and then what was missed is looked for.
                try? await messages.listen(to: channel)
            }
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
        case .task(let type): takes.announce(type)
        case .stop(let agent): takes.announceStop(to: agent)
        case .changed(let id, _): changes.hear(id)
        case .left: break
        }
    }

    /// Messages may have been missed: everything that they tell of is looked for where it is stored.
    private func lookAround() {
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
