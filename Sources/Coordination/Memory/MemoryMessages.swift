package import Sockets
import Synchronization

/// The messages of a store in memory, for one listener.
package final class MemoryMessages: MessageSource {
    private let store: MemoryStore
    private let loop: EventLoop
    private let state = Mutex(State())

    private struct State {
        /// How many listen to each.
        var channels: [Channel: Int] = [:]
        var hear: (@Sendable (Heard) -> Void)?
    }

    package init(_ store: MemoryStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    package func run(_ hear: @escaping @Sendable (Heard) -> Void) async {
        state.withLock { $0.hear = hear }
        store.add(self)
        loop.execute { hear(.connected) }
        while !Task.isCancelled { await loop.pause(for: .seconds(3600)) }
        store.remove(self)
        state.withLock { $0.hear = nil }
    }

    package func listen(to channel: Channel) async throws(StoreError) {
        state.withLock { $0.channels[channel, default: 0] += 1 }
    }

    package func ignore(_ channel: Channel) async {
        state.withLock { state in
            state.channels[channel, default: 1] -= 1
            if state.channels[channel] == 0 { state.channels[channel] = nil }
        }
    }

    func hear(_ told: MemoryStore.Told) {
        let hear = state.withLock { $0.channels[told.channel] == nil ? nil : $0.hear }
        if let hear { loop.execute { hear(.message(told.message)) } }
    }
}
