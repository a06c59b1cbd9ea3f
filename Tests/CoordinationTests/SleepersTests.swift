import Testing
import WorkflowCore

@testable import Coordination

@Suite("Workflows that sleep")
struct SleepersTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test("They wake in the order of their deadlines, each once")
    func deadlines() {
        var sleepers = Sleepers()
        let ids = (0..<4).map { WorkflowID.numbered(UInt64($0)) }
        sleepers.add(ids[0], until: time(30))
        sleepers.add(ids[1], until: nil)
        sleepers.add(ids[2], until: time(10))
        sleepers.add(ids[3], until: time(20))
        #expect(sleepers.next == time(10))
        #expect(sleepers.wakeDue(at: time(9)) == [])
        #expect(sleepers.wakeDue(at: time(20)) == [ids[2], ids[3]])
        #expect(sleepers.wakeDue(at: time(1000)) == [ids[0]])
        #expect(sleepers.ids == [ids[1]])
        #expect(sleepers.next == nil)
    }

    @Test("One that was woken before its time is passed over, and may sleep again until another")
    func wokenEarly() {
        var sleepers = Sleepers()
        let id = WorkflowID.numbered(1)
        sleepers.add(id, until: time(10))
        sleepers.remove(id)
        #expect(sleepers.wakeDue(at: time(10)) == [])
        sleepers.add(id, until: time(30))
        #expect(sleepers.contains(id))
        #expect(sleepers.wakeDue(at: time(30)) == [id])
        #expect(sleepers.count == 0)
    }

    @Test("One that sleeps again until another time does not wake at the former one")
    func anotherTime() {
        var sleepers = Sleepers()
        let id = WorkflowID.numbered(1)
        sleepers.add(id, until: time(10))
        sleepers.remove(id)
        sleepers.add(id, until: time(30))
        #expect(sleepers.wakeDue(at: time(10)) == [])
        #expect(sleepers.wakeDue(at: time(30)) == [id])
    }

    @Test("However often workflows are woken long before their deadlines, what is remembered is bounded")
    func bounded() {
        var sleepers = Sleepers()
        let ids = (0..<10).map { WorkflowID.numbered(UInt64($0)) }
        for round in 0..<1000 {
            for id in ids {
                sleepers.remove(id)
                sleepers.add(id, until: time(1_000_000 + Int64(round)))
            }
        }
        #expect(sleepers.count == 10)
        #expect(sleepers.deadlineCount <= 2 * 10 + 64)
        #expect(Set(sleepers.wakeDue(at: time(2_000_000))) == Set(ids))
    }
}
