import RedisStreams
import Sockets
import Synchronization

/// Counts in Redis without a pause, past everything of Ganglion's, and so knows which of its acknowledged writes Redis
/// has lost, and from when to when.
///
/// With `everysec` Redis answers before its writes are with the kernel while an fsync is under way
/// (`flushAppendOnlyFile` postpones its write(2) for up to 2 s), and then a kill of the process loses them.
final class Canary: Sendable {
    private let client: RedisClient
    private let state = Mutex(State())
    private static let interval = Duration.milliseconds(2)
    private static let memory = 5000

    /// What was acknowledged after `from` and until `until` is gone.
    struct Loss: Sendable {
        let from: WallTime
        let until: WallTime
    }

    private struct State {
        /// The newest last.
        var acknowledged: [(value: Int64, at: WallTime)] = []
        var losses: [Loss] = []
    }

    init(_ client: RedisClient) {
        self.client = client
    }

    var losses: [Loss] { state.withLock { $0.losses } }

    func run() async {
        await client.loop.run {
            while !Task.isCancelled {
                let reply = try? await self.client.send(RedisCommand(["INCR", "chaos:canary"]))
                if let value = reply?.integer { self.note(value) }
                await self.client.loop.pause(for: Self.interval)
            }
        }
    }

    private func note(_ value: Int64) {
        let now = wallTime()
        state.withLock { state in
            if let last = state.acknowledged.last, value <= last.value {
                let kept = state.acknowledged.last { $0.value < value }
                state.losses.append(Loss(from: kept?.at ?? 0, until: last.at))
                state.acknowledged = []
            }
            state.acknowledged.append((value, now))
            if state.acknowledged.count > 2 * Self.memory { state.acknowledged.removeFirst(Self.memory) }
        }
    }
}
