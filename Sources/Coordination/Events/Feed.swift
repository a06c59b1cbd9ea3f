import DequeModule
import JSON
import Sockets
import Synchronization
import WorkflowCore

/// Something that has its place among what happened.
protocol Placed: Sendable {
    var place: HistoryPlace { get }
}

/// The latest of what happened, read once for all who watch it at this node.
///
/// It begins where its first watcher stood, and keeps only so much; whoever stands before that reads the rest by
/// itself.
final class Feed<Item: Placed>: Sendable {
    private let state: Mutex<State>
    private let capacity: Int

    private struct State {
        var items: Deque<Item> = []
        /// What is kept follows this place; `nil` for the beginning of all.
        var floor: HistoryPlace?
        var isOver = false
        var waiters: [Waiter<Void>] = []
    }

    enum Answer {
        case items([Item])
        /// What follows the place is not kept any more.
        case behind
        /// Nothing happened within the time.
        case silence
        /// There will be nothing more here.
        case over
    }

    init(after floor: HistoryPlace?, capacity: Int) {
        state = Mutex(State(floor: floor))
        self.capacity = capacity
    }

    /// Up to which place it has come.
    var end: HistoryPlace? { state.withLock { $0.items.last?.place ?? $0.floor } }

    func append(_ items: [Item]) {
        let waiters = state.withLock { state in
            state.items.append(contentsOf: items)
            while state.items.count > capacity { state.floor = state.items.removeFirst().place }
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume(()) }
    }

    /// What is here is still given to those who have not seen it.
    func finish() {
        let waiters = state.withLock { state in
            state.isOver = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume(()) }
    }

    private static func takeWaiters(_ state: inout State) -> [Waiter<Void>] {
        defer { state.waiters = [] }
        return state.waiters
    }

    /// Some of what follows a place, as soon as there is any.
    func next(after place: HistoryPlace?, within duration: Duration, on loop: EventLoop) async -> Answer {
        let waiter = Waiter<Void>()
        if let answer = look(after: place, else: waiter) { return answer }
        let isNews = await waiter.wait(for: duration, on: loop) != nil
        if !isNews { state.withLock { $0.waiters.removeAll { $0 === waiter } } }
        return isNews ? look(after: place) ?? .silence : .silence
    }

    private static var itemsPerAnswer: Int { 256 }

    private func look(after place: HistoryPlace?, else waiter: Waiter<Void>? = nil) -> Answer? {
        state.withLock { state in
            if let floor = state.floor, place.map({ $0 < floor }) ?? true { return .behind }
            let first = place.map { place in state.items.lastIndex { $0.place <= place }.map { $0 + 1 } ?? 0 } ?? 0
            guard first == state.items.count else {
                return .items(Array(state.items[first...].prefix(Self.itemsPerAnswer)))
            }
            if state.isOver { return .over }
            if let waiter { state.waiters.append(waiter) }
            return nil
        }
    }
}
