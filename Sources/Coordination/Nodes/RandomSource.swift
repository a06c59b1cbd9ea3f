import Synchronization
package import WorkflowCore

/// Where a node's chance comes from: its ids and the nonces of its commits.
package struct RandomSource: Sendable {
    private let draw: @Sendable () -> UInt64

    /// The system's, which takes no lock.
    package static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    private init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }

    /// A generator of the caller's: the same one gives the same ids again.
    package init(_ generator: some RandomNumberGenerator & Sendable) {
        let shared = Shared(generator)
        self.init { shared.next() }
    }

    package func next() -> UInt64 { draw() }

    package func token() -> RandomToken { RandomToken(high: next(), low: next()) }
}

private final class Shared: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    init(_ generator: some RandomNumberGenerator & Sendable) {
        self.generator = Mutex(generator)
    }

    func next() -> UInt64 { generator.withLock { $0.next() } }
}
