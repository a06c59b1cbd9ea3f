import Glibc
import RedisStreams
import Sockets
import Synchronization
import TestKit

/// How long after a node's death each of its workflows had another owner, as Redis says, asked every few milliseconds.
final class Recoveries: Sendable {
    private let cluster: Cluster
    private let loop: EventLoop
    private let state = Mutex<[Recovery]>([])
    private static let interval = Duration.milliseconds(10)
    /// How late a claim may be noticed.
    static let precision: WallTime = 50
    private static let patience: WallTime = 30_000

    /// Of one workflow.
    struct Recovery: Sendable {
        let workflow: String
        /// Of the node that owned it, and died.
        let incarnation: String
        let killedAt: WallTime
        let claimedAt: WallTime
    }

    init(_ cluster: Cluster, on loop: EventLoop) {
        self.cluster = cluster
        self.loop = loop
    }

    var all: [Recovery] { state.withLock { $0 } }

    /// Returns when all that a dead incarnation owned has another owner, or after 30 s.
    func watch(_ incarnation: String, owned: [String], killedAt: WallTime) async throws {
        var left = Set(owned)
        while !left.isEmpty, wallTime() - killedAt < Self.patience {
            let still = Set(try await cluster.workflows(of: incarnation))
            let now = wallTime()
            let claimed = left.subtracting(still)
            left = still.intersection(left)
            state.withLock { recoveries in
                for workflow in claimed {
                    recoveries.append(
                        Recovery(workflow: workflow, incarnation: incarnation, killedAt: killedAt, claimedAt: now))
                }
            }
            await loop.pause(for: Self.interval)
        }
        state.withLock { recoveries in
            for workflow in left {
                recoveries.append(
                    Recovery(
                        workflow: workflow, incarnation: incarnation, killedAt: killedAt,
                        claimedAt: killedAt + Self.patience))
            }
        }
    }
}

/// The commits that were refused, by process. A counter dies with its process, so it is read before that.
final class FencedCommits: Sendable {
    private let counts = Mutex<[pid_t: Double]>([:])

    func look(at node: NodeProcess) async {
        guard let process = await node.identifier, let count = await node.metrics()["ganglion_commits_fenced_total"]
        else { return }
        counts.withLock { $0[process] = count }
    }

    var sum: Int { Int(counts.withLock { $0.values.reduce(0, +) }) }
}
