import Testing

@testable import Coordination

@Suite("Shifts")
struct ShiftsTests {
    private let shifts = Shifts<String>()
    private let beginning = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { beginning + .seconds(seconds) }

    private func givesUp(at seconds: Int) -> [String] { shifts.giveUp(after: .seconds(5), at: at(seconds)) }

    @Test("Who has been at work for too long is given up, once; who ended or began later is not")
    func overdue() {
        let ada = shifts.begin("ada", at: at(0))
        let ben = shifts.begin("ben", at: at(0))
        let cleo = shifts.begin("cleo", at: at(1))
        _ = shifts.begin("dan", at: at(4))
        shifts.end(cleo)
        #expect([1, 3, 5].map(givesUp) == [[], [], []])
        #expect(givesUp(at: 6) == ["ada", "ben"])
        #expect(givesUp(at: 7) == [])
        // One that was given up may end all the same.
        shifts.end(ada)
        #expect(givesUp(at: 10) == ["dan"])
        shifts.end(ben)
        let eve = shifts.begin("eve", at: at(11))
        shifts.end(eve)
        #expect([12, 18, 30].map(givesUp) == [[], [], []])
    }

    @Test("While the process stood still nobody was at work for too long")
    func standstill() {
        #expect([0, 1, 2].map(givesUp) == [[], [], []])
        _ = shifts.begin("ada", at: at(3))
        // Its answer may be there, and not be read yet.
        #expect(givesUp(at: 60) == [])
        #expect(givesUp(at: 61) == [])
        #expect(givesUp(at: 62) == ["ada"])
    }
}
