import TestKit

/// Something that happens to the cluster, and is over after a while.
enum Fault: Sendable, CustomStringConvertible {
    /// SIGKILL; started again after this time.
    case killNode(Int, down: Duration)
    /// SIGSTOP, then SIGCONT.
    case freezeNode(Int, for: Duration)
    /// SIGKILL; started again after this time.
    case killRedis(down: Duration)
    /// A node's connections to Redis are closed; new ones may be made.
    case cut(Int)
    /// The same, and new ones are refused.
    case refuse(Int, for: Duration)
    /// What a node and Redis send each other comes late.
    case slow(Int, by: Duration, for: Duration)
    /// Nothing comes through in one direction; then all of it does.
    case hold(Int, LossyProxy.Direction, for: Duration)
    /// Nothing comes through in one direction, and then the connections are closed.
    case swallow(Int, LossyProxy.Direction, for: Duration)
    /// An agent falls silent for ever.
    case loseAgent

    /// Any of them, each as likely as it is worth.
    static func random(nodes: Int, using generator: inout SeededGenerator) -> Fault {
        let node = Int.random(in: 0..<nodes, using: &generator)
        func milliseconds(_ range: ClosedRange<Int>) -> Duration {
            .milliseconds(Int.random(in: range, using: &generator))
        }
        let direction: LossyProxy.Direction = Bool.random(using: &generator) ? .toServer : .toClient
        return switch Int.random(in: 0..<20, using: &generator) {
        case 0..<5: .killNode(node, down: milliseconds(2000...5000))
        case 5..<8: .freezeNode(node, for: milliseconds(1000...10_000))
        case 8..<10: .killRedis(down: milliseconds(0...1500))
        case 10..<12: .cut(node)
        case 12: .refuse(node, for: milliseconds(1000...5000))
        case 13: .slow(node, by: milliseconds(5...200), for: milliseconds(2000...6000))
        case 14..<16: .hold(node, direction, for: milliseconds(500...6000))
        case 16..<18: .swallow(node, direction, for: milliseconds(500...6000))
        default: .loseAgent
        }
    }

    var description: String {
        switch self {
        case .killNode(let node, let down): "node \(node) is killed, for \(down)"
        case .freezeNode(let node, let time): "node \(node) is frozen, for \(time)"
        case .killRedis(let down): "Redis is killed, for \(down)"
        case .cut(let node): "node \(node) loses its connections to Redis"
        case .refuse(let node, let time): "node \(node) gets no connection to Redis, for \(time)"
        case .slow(let node, let delay, let time): "node \(node) and Redis hear each other \(delay) later, for \(time)"
        case .hold(let node, let direction, let time):
            "between node \(node) and Redis, \(direction) is held for \(time)"
        case .swallow(let node, let direction, let time):
            "between node \(node) and Redis, \(direction) is lost for \(time)"
        case .loseAgent: "an agent is lost"
        }
    }
}
