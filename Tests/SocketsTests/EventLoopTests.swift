import Sockets
import TestKit
import Testing

@Suite("Event loops", .timeLimit(.minutes(1)))
struct EventLoopTests {
    @Test("Jobs run on the loop")
    func jobs() async throws {
        try await withEventLoops { group in
            let log = EventLog<Int>()
            for number in 0..<1000 { group.loops[0].execute { log.record(number) } }
            try await log.wait(forCount: 1000)
            #expect(log.events == Array(0..<1000))
        }
    }
}
