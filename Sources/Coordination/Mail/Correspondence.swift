import Sockets
import Synchronization
import WorkflowCore

/// The letters of a node that somebody waits for the replies of.
final class Correspondence: Sendable {
    private let state = Mutex(State())

    enum Reply: Sendable {
        case delivery(Delivery)
        /// Nobody will reply, or the reply was missed.
        case again
    }

    private struct State {
        var last: UInt64 = 0
        var waiters: [UInt64: Waiter<Reply>] = [:]
    }

    /// Sends a letter by `post`, and gives what comes back; `nil` if nothing came in time, or nothing was mailed.
    func exchange<Failure: Error>(
        _ event: Event, from node: NodeID, within limit: Duration, on loop: EventLoop,
        _ post: (Letter) async throws(Failure) -> Posting
    ) async throws(Failure) -> (posting: Posting, reply: Reply?) {
        let waiter = Waiter<Reply>()
        // Before it is sent: the reply may be faster than the store's answer.
        let number = state.withLock { state in
            state.last += 1
            state.waiters[state.last] = waiter
            return state.last
        }
        defer { state.withLock { _ = $0.waiters.removeValue(forKey: number) } }
        let posting = try await post(Letter(event, reply: .node(node, number: number)))
        guard posting == .mailed else { return (posting, nil) }
        return (posting, await waiter.wait(for: limit, on: loop))
    }

    func hear(_ number: UInt64, _ reply: Reply) {
        state.withLock { $0.waiters[number] }?.resume(reply)
    }

    /// Replies may have been missed: whoever waits asks anew.
    func askAgain() {
        for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.resume(.again) }
    }
}
