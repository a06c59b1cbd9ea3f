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

    /// Kinds of faults, to have only some of them.
    enum Kind: String, CaseIterable, Sendable {
        case kill, freeze, redis, network, agent

        /// How many of a hundred are of this kind.
        fileprivate var weight: Int {
            switch self {
            case .kill: 25
            case .freeze: 15
            case .redis: 10
            case .network: 40
            case .agent: 10
            }
        }
    }

    /// Any of these kinds, each as likely as it is worth.
    static func random(_ kinds: [Kind], nodes: Int, using generator: inout SeededGenerator) -> Fault {
        let weighted = kinds.flatMap { Array(repeating: $0, count: $0.weight) }
        let node = Int.random(in: 0..<nodes, using: &generator)
        switch weighted.randomElement(using: &generator) ?? .agent {
        case .kill: return .killNode(node, down: generator.milliseconds(2000...5000))
        case .freeze: return .freezeNode(node, for: generator.milliseconds(1000...10_000))
        case .redis: return .killRedis(down: generator.milliseconds(0...1500))
        case .network: return network(node, using: &generator)
        case .agent: return .loseAgent
        }
    }

    private static func network(_ node: Int, using generator: inout SeededGenerator) -> Fault {
        let direction: LossyProxy.Direction = Bool.random(using: &generator) ? .toServer : .toClient
        return switch Int.random(in: 0..<8, using: &generator) {
        case 0..<2: .cut(node)
        case 2: .refuse(node, for: generator.milliseconds(1000...5000))
        case 3: .slow(node, by: generator.milliseconds(5...200), for: generator.milliseconds(2000...6000))
        case 4..<6: .hold(node, direction, for: generator.milliseconds(500...6000))
        default: .swallow(node, direction, for: generator.milliseconds(500...6000))
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

extension SeededGenerator {
    fileprivate mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &self))
    }
}
