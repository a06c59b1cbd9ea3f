import Coordination
import WorkflowCore

/// The way between one node and the store, and whether the node still lives at its end.
final class Link: @unchecked Sendable {
    // Used, like the world, by one thread only.
    /// From here on the node does nothing that anyone could see.
    var isDead = false
    /// Nothing gets through before this moment, in nanoseconds.
    var cutUntil: Int64 = 0

    /// What becomes of one call.
    enum Course {
        case normal
        /// It never arrives.
        case lost
        /// It is done, and its answer is lost.
        case answerLost
        /// It is done, its answer is lost, and it is sent and done once more.
        case twice
        /// Its sender gives it up, and only then it is done.
        case late
        /// The node dies before it is sent, or when it has been done.
        case deadly(isDone: Bool)
    }

    /// How often things go wrong, in a thousand calls.
    struct Faults {
        var share = 0
        var deadly = 0
        /// The same for messages between nodes.
        var messages = 0

        init(_ chance: inout Chance) {
            share = chance.pick([0, 5, 20, 60])
            deadly = chance.pick([0, 0, 1, 3])
            messages = chance.pick([0, 10, 100, 500])
        }

        func course(isResendable: Bool, _ chance: inout Chance) -> Course {
            if chance.perMille(deadly) { return .deadly(isDone: chance.once(in: 2)) }
            guard chance.perMille(share) else { return .normal }
            switch chance.below(4) {
            case 0: return .lost
            case 1: return .answerLost
            case 2: return isResendable ? .twice : .answerLost
            default: return .late
            }
        }
    }
}

extension World {
    /// How long a message is on its way.
    func travelTime() -> Duration {
        guard isFaulty else { return .microseconds(chance.within(50...500)) }
        if chance.once(in: 60) { return .milliseconds(chance.within(20...1200)) }
        return .microseconds(chance.within(50...2500))
    }

    /// How long a sender waits before it gives a call up.
    func patience() -> Duration { chance.milliseconds(100...1500) }
}
