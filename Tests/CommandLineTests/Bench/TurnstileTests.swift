import Synchronization
import Testing

@testable import ganglion

/// The one queue of the central coordinator's double.
@Suite("The turnstile", .timeLimit(.minutes(1)))
struct TurnstileTests {
    private final class Counts: Sendable {
        let within = Atomic(0)
        let most = Atomic(0)
        let passed = Atomic(0)
    }

    @Test("One goes through at a time, however many come, and all do")
    func one() async {
        let turnstile = Turnstile()
        let counts = Counts()
        await withDiscardingTaskGroup { group in
            for _ in 0..<5000 {
                group.addTask {
                    await turnstile.pass {
                        let now = counts.within.add(1, ordering: .relaxed).newValue
                        counts.most.max(now, ordering: .relaxed)
                        await Task.yield()
                        counts.within.subtract(1, ordering: .relaxed)
                    }
                    counts.passed.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(counts.most.load(ordering: .relaxed) == 1)
        #expect(counts.passed.load(ordering: .relaxed) == 5000)
    }

    @Test("Who throws lets the next one through")
    func failure() async {
        struct Refused: Error {}
        let turnstile = Turnstile()
        await #expect(throws: Refused.self) { try await turnstile.pass { () async throws in throw Refused() } }
        #expect(await turnstile.pass { 7 } == 7)
    }
}
