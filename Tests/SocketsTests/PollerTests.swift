import Glibc
import Synchronization
import Testing

@testable import Sockets

@Suite("Poller")
struct PollerTests {
    private final class Handler: ReadinessHandler {
        let told = Atomic(0)
        func ready(_ readiness: Readiness) { told.add(1, ordering: .relaxed) }
        var count: Int { told.load(ordering: .relaxed) }
    }

    @Test("An event of a closed descriptor does not reach the next owner of its number")
    func reusedNumber() throws {
        let poller = try Poller()
        var pair: [Int32] = [0, 0]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let (former, next) = (Handler(), Handler())
        try poller.add(pair[0], former)
        _ = unsafe send(pair[1], "x", 1, 0)
        // The event was taken, but not told yet, when another handler of this turn closes the socket.
        let events = poller.wait(forMilliseconds: 1000)
        #expect(events == 1)
        poller.remove(pair[0])
        let number = pair[0]
        #expect(dup2(pair[1], number) == number)
        try poller.add(number, next)
        poller.deliver(events)
        #expect(former.count == 0)
        #expect(next.count == 0)
        // Its own events do.
        poller.deliver(poller.wait(forMilliseconds: 1000))
        #expect(next.count == 1)
        close(pair[0])
        close(pair[1])
    }

    @Test("A wake-up ends the wait, once for each time")
    func waking() throws {
        let poller = try Poller()
        for _ in 0..<3 {
            poller.wake()
            #expect(poller.wait(forMilliseconds: 10_000) == 1)
            #expect(poller.wait(forMilliseconds: 0) == 0)
        }
    }

    @Test("What is left for the end of a turn may leave something more")
    func endOfTurn() throws {
        let poller = try Poller()
        let told = Atomic(0)
        poller.atEndOfTurn {
            told.add(1, ordering: .relaxed)
            poller.atEndOfTurn { told.add(1, ordering: .relaxed) }
        }
        poller.endTurn()
        poller.endTurn()
        #expect(told.load(ordering: .relaxed) == 2)
    }
}
