import Synchronization

/// How many connections a server has on all its loops together.
final class ConnectionCount: Sendable {
    private let count = Atomic(0)

    /// Counts one more, and tells how many they are with it.
    func enter() -> Int {
        count.add(1, ordering: .relaxed).newValue
    }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}
