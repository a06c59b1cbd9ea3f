import Coordination
import Testing
import WorkflowCore

@Suite("The store's clock")
struct StoreClockTests {
    private let clock: StoreClock
    private let beginning = ContinuousClock.now
    private static let noon = Instant(milliseconds: 1_800_000_000_000)

    init() { clock = StoreClock(at: beginning) }

    private func later(_ milliseconds: Int) -> ContinuousClock.Instant { beginning + .milliseconds(milliseconds) }

    /// The store answered so late after noon to a question that was sent and answered then.
    private func synchronize(_ milliseconds: Int64, sent: Int, answered: Int) {
        clock.synchronize(
            to: Instant(milliseconds: Self.noon.milliseconds + milliseconds), sentAt: later(sent),
            answeredAt: later(answered))
    }

    /// What it shows, in milliseconds after noon.
    private func shown(at milliseconds: Int) -> Int64 {
        clock.now(at: later(milliseconds)).milliseconds - Self.noon.milliseconds
    }

    @Test("Between two answers it goes on by itself, from the middle of the question's way")
    func goesOn() {
        synchronize(0, sent: 0, answered: 10)
        #expect(shown(at: 5) == 0)
        #expect(shown(at: 105) == 100)
    }

    @Test("It stands still rather than go back a little, and a wait includes the standstill")
    func standstill() {
        synchronize(0, sent: 0, answered: 0)
        #expect(shown(at: 1000) == 1000)
        synchronize(800, sent: 1000, answered: 1000)
        #expect(shown(at: 1000) == 1000)
        #expect(shown(at: 1100) == 1000)
        #expect(clock.wait(until: Self.noon + .milliseconds(1050), at: later(1000)) == .milliseconds(250))
        #expect(shown(at: 1250) == 1050)
    }

    @Test("A store whose clock was set back is followed: nothing waits until it has caught up")
    func setBack() {
        synchronize(0, sent: 0, answered: 0)
        #expect(shown(at: 1000) == 1000)
        synchronize(-3_600_000, sent: 1000, answered: 1000)
        #expect(shown(at: 1000) == -3_600_000)
        #expect(shown(at: 2000) == -3_599_000)
    }

    @Test("A store whose clock was set forward is followed")
    func setForward() {
        synchronize(0, sent: 0, answered: 0)
        synchronize(3_600_000, sent: 1000, answered: 1000)
        #expect(shown(at: 1000) == 3_600_000)
    }

    @Test("An answer that was long on its way does not replace a better one")
    func slowAnswer() {
        synchronize(0, sent: 0, answered: 2)
        // The store stood still, and looked at its clock at the end of that.
        synchronize(4501, sent: 500, answered: 4502)
        #expect(shown(at: 4600) == 4599)
        synchronize(4998, sent: 5000, answered: 5002)
        #expect(shown(at: 5100) == 5097)
    }

    @Test("A wait for what has passed is none")
    func past() {
        synchronize(0, sent: 0, answered: 0)
        #expect(clock.wait(until: Self.noon, at: later(5)) == .zero)
    }
}
