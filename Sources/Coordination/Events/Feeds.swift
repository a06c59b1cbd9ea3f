import Sockets
import Synchronization
import WorkflowCore

/// The feeds that somebody watches at this node, each filled by a task of its own as long as somebody does.
final class Feeds<Topic: Hashable & Sendable, Item: Placed>: Sendable {
    private let feeds = Mutex<[Topic: Watched]>([:])
    private let capacity: Int

    private struct Watched {
        let feed: Feed<Item>
        var watchers = 0
        var filling: Task<Void, Never>?
    }

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Runs the body with the topic's feed, which begins after the place if nobody has it yet, and is filled by `fill`
    /// until that returns or is cancelled.
    func watching<Result>(
        _ topic: Topic, after place: HistoryPlace?, on loop: EventLoop,
        fill: @escaping @Sendable (Feed<Item>) async -> Void, _ body: (Feed<Item>) async throws -> Result
    ) async rethrows -> Result {
        let feed = feeds.withLock { feeds in
            var watched = feeds[topic] ?? Watched(feed: Feed(after: place, capacity: capacity))
            watched.watchers += 1
            let feed = watched.feed
            if watched.filling == nil {
                // It is everybody's who watches, and outlives whoever came first.
                watched.filling = Task(executorPreference: loop) {
                    await fill(feed)
                    feed.finish()
                    self.forget(feed, of: topic)
                }
            }
            feeds[topic] = watched
            return feed
        }
        defer { leave(feed, of: topic) }
        return try await body(feed)
    }

    private func leave(_ feed: Feed<Item>, of topic: Topic) {
        let idle = feeds.withLock { feeds -> Task<Void, Never>? in
            guard feeds[topic]?.feed === feed else { return nil }
            feeds[topic]?.watchers -= 1
            guard feeds[topic]?.watchers == 0 else { return nil }
            return feeds.removeValue(forKey: topic)?.filling
        }
        idle?.cancel()
    }

    /// Whoever comes now begins another one.
    private func forget(_ feed: Feed<Item>, of topic: Topic) {
        feeds.withLock { feeds in
            if feeds[topic]?.feed === feed { feeds[topic] = nil }
        }
    }
}
