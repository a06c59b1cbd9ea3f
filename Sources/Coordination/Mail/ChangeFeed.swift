import Sockets
import Synchronization
import WorkflowCore

/// Who waits at this node for commits of workflows that other nodes coordinate. A workflow's channel is listened to as
/// long as somebody does.
final class ChangeFeed: Sendable {
    private let source: any MessageSource
    private let state = Mutex<[WorkflowID: Watch]>([:])

    private struct Watch {
        var watchers = 0
        /// How often something was heard.
        var changes = 0
        var waiters: [Waiter<Void>] = []
    }

    init(_ source: any MessageSource) {
        self.source = source
    }

    /// Runs the body while the workflow's commits are heard of. Without a connection they are not: the body is to look
    /// now and then.
    func watching<Result: Sendable>(
        _ id: WorkflowID, _ body: () async throws(CoordinationError) -> Result
    ) async throws(CoordinationError) -> Result {
        state.withLock { $0[id, default: Watch()].watchers += 1 }
        try? await source.listen(to: .workflow(id))
        let result: Swift.Result<Result, CoordinationError>
        do throws(CoordinationError) {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        let isLast = state.withLock { state in
            state[id]?.watchers -= 1
            guard state[id]?.watchers == 0 else { return false }
            state[id] = nil
            return true
        }
        if isLast { await source.ignore(.workflow(id)) }
        return try result.get()
    }

    /// How often the workflow was heard of; to be read before the store is.
    func mark(_ id: WorkflowID) -> Int { state.withLock { $0[id]?.changes ?? 0 } }

    /// Returns when there was a change after the mark, at the latest after `duration`.
    func change(of id: WorkflowID, since mark: Int, within duration: Duration, on loop: EventLoop) async {
        let waiter = Waiter<Void>()
        let isWaiting = state.withLock { state in
            guard let watch = state[id], watch.changes == mark else { return false }
            state[id]?.waiters.append(waiter)
            return true
        }
        guard isWaiting else { return }
        _ = await waiter.wait(for: duration, on: loop)
        state.withLock { $0[id]?.waiters.removeAll { $0 === waiter } }
    }

    func hear(_ id: WorkflowID) {
        let waiters = state.withLock { state -> [Waiter<Void>] in
            guard state[id] != nil else { return [] }
            state[id]?.changes += 1
            defer { state[id]?.waiters = [] }
            return state[id]?.waiters ?? []
        }
        for waiter in waiters { waiter.resume(()) }
    }

    /// Changes may have been missed, or nobody is to wait any more.
    func hearAll() {
        for id in state.withLock({ Array($0.keys) }) { hear(id) }
    }
}
