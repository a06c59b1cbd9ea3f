import Sockets
import TestKit
import Testing

@testable import Coordination

@Suite("Waiting once", .timeLimit(.minutes(1)))
struct WaiterTests {
    private let loop: EventLoop

    init() throws { loop = try EventLoop(name: "waiter") }

    @Test("What came before the wait is not waited for")
    func before() async {
        let waiter = Waiter<Int>()
        #expect(waiter.resume(1))
        #expect(!waiter.resume(2))
        #expect(await waiter.wait(for: .seconds(50), on: loop) == 1)
    }

    @Test("The time ends it, and whoever comes later is told that he is late")
    func time() async {
        let waiter = Waiter<Int>()
        #expect(await waiter.wait(for: .milliseconds(2), on: loop) == nil)
        #expect(!waiter.resume(1))
    }

    @Test("A task that is cancelled does not wait, be it cancelled before or while it does")
    func cancelled() async {
        for isEarly in [true, false] {
            await withTaskGroup(of: Int?.self) { group in
                if isEarly { group.cancelAll() }
                group.addTask { await Waiter<Int>().wait(for: .seconds(50), on: loop) }
                group.cancelAll()
                for await value in group { #expect(value == nil) }
            }
        }
    }

    @Test("Of many who resume it at once, one is the first")
    func race() async {
        for _ in 0..<200 {
            let waiter = Waiter<Int>()
            let (value, firsts) = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<4 { group.addTask { waiter.resume(number) } }
                let value = await waiter.wait(for: .seconds(50), on: loop)
                var firsts = 0
                for await isFirst in group where isFirst { firsts += 1 }
                return (value, firsts)
            }
            #expect(value != nil)
            #expect(firsts == 1)
        }
    }
}
