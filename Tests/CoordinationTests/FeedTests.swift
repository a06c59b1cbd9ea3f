import Sockets
import TestKit
import Testing

@testable import Coordination

@Suite("Feeds of what happens", .timeLimit(.minutes(1)))
struct FeedTests {
    private struct Item: Placed, Hashable {
        let place: HistoryPlace
        init(_ number: Int) { place = .at(number) }
    }

    private let loop: EventLoop

    init() throws { loop = try EventLoop(name: "feed") }

    private func items(_ numbers: ClosedRange<Int>) -> [Item] { numbers.map(Item.init) }

    private func next(_ feed: Feed<Item>, after place: Int?, within duration: Duration = .zero) async -> String {
        switch await feed.next(after: place.map(HistoryPlace.at), within: duration, on: loop) {
        case .items(let items): items.map { "\($0.place.entry.milliseconds)" }.joined(separator: " ")
        case .behind: "behind"
        case .silence: "silence"
        case .over: "over"
        }
    }

    @Test("Everybody gets what follows the place where he stands")
    func places() async {
        let feed = Feed<Item>(after: nil, capacity: 10)
        feed.append(items(1...3))
        #expect(await next(feed, after: nil) == "1 2 3")
        #expect(await next(feed, after: 2) == "3")
        #expect(await next(feed, after: 3) == "silence")
        feed.append(items(4...5))
        #expect(await next(feed, after: 3) == "4 5")
    }

    @Test("Who waits is told of what comes, and of the end once there is nothing else")
    func waiting() async {
        let feed = Feed<Item>(after: nil, capacity: 10)
        async let first = next(feed, after: nil, within: .seconds(50))
        async let second = next(feed, after: nil, within: .seconds(50))
        feed.append(items(1...1))
        #expect(await [first, second] == ["1", "1"])
        async let last = next(feed, after: 1, within: .seconds(50))
        feed.finish()
        #expect(await last == "over")
        #expect(await next(feed, after: nil) == "1")
    }

    @Test("Who stands before what is kept, or before where it began, is behind")
    func behind() async {
        let feed = Feed<Item>(after: .at(5), capacity: 2)
        #expect(await next(feed, after: nil) == "behind")
        #expect(await next(feed, after: 4) == "behind")
        #expect(await next(feed, after: 5) == "silence")
        feed.append(items(6...9))
        #expect(await next(feed, after: 6) == "behind")
        #expect(await next(feed, after: 7) == "8 9")
        #expect(feed.end == .at(9))
    }

    @Test("A feed is filled once for all who watch, and only while somebody does")
    func sharing() async throws {
        let feeds = Feeds<String, Item>(capacity: 10)
        let fillings = EventLog<String>()
        let signals = [Signal(), Signal()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for signal in signals {
                group.addTask {
                    try await feeds.watching("a", after: nil, on: loop) { feed in
                        fillings.record("begins")
                        feed.append([Item(1)])
                        _ = await Waiter<Void>().wait(for: .seconds(50), on: loop)
                        fillings.record("ends")
                    } _: { feed in
                        #expect(await next(feed, after: nil, within: .seconds(50)) == "1")
                        try await signal.wait()
                    }
                }
            }
            try await fillings.wait(forCount: 1)
            for signal in signals { signal.send() }
            try await group.waitForAll()
        }
        try await fillings.wait(forCount: 2)
        #expect(fillings.events == ["begins", "ends"])
    }
}

extension HistoryPlace {
    fileprivate static func at(_ number: Int) -> HistoryPlace {
        HistoryPlace(entry: StreamPlace(milliseconds: Int64(number), sequence: 0), index: 0)
    }
}
