import Testing
import WorkflowCore

@testable import Coordination

@Suite("A node's contact with the store")
struct ContactTests {
    private var contact = Contact(lease: .milliseconds(1500), interval: .milliseconds(500))

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_000_000 + milliseconds) }

    @Test("A lease's time of heartbeats without a gap, and it may judge others")
    mutating func judges() {
        for beat in 0..<3 {
            let hadGap = contact.heard(at: at(Int64(beat) * 500))
            #expect(!hadGap)
            #expect(contact.duration < .milliseconds(1500))
        }
        let hadGap = contact.heard(at: at(1500))
        #expect(!hadGap)
        #expect(contact.duration == .milliseconds(1500))
    }

    /// Each as what its heartbeats heard after a whole lease of them, the last after a gap.
    @Test(
        "After a gap it has to begin anew, whatever made the gap",
        arguments: [
            ("the store or this process stood still", [2501]),
            ("the store's clock was set forward", [3_600_000]),
            ("the store's clock was set back", [-5000]),
        ] as [(String, [Int64])])
    func gaps(_ what: String, _ moments: [Int64]) {
        var contact = contact
        for beat in 0..<4 { _ = contact.heard(at: at(Int64(beat) * 500)) }
        for moment in moments {
            let hadGap = contact.heard(at: at(moment))
            #expect(hadGap, "\(what)")
        }
        #expect(contact.duration == .zero)
    }

    @Test("A heartbeat that was not answered is a gap")
    mutating func lost() {
        for beat in 0..<4 { _ = contact.heard(at: at(Int64(beat) * 500)) }
        contact.lost()
        #expect(contact.duration == .zero)
        let gaps = [contact.heard(at: at(2000)), contact.heard(at: at(2500))]
        #expect(gaps == [true, false])
        #expect(contact.duration == .milliseconds(500))
    }

    @Test("Heartbeats nearly as long as the lease do not make a gap of each")
    func tightOptions() {
        var contact = Contact(lease: .milliseconds(1000), interval: .milliseconds(900))
        for beat in 0..<10 {
            let hadGap = contact.heard(at: at(Int64(beat) * 910))
            #expect(!hadGap)
        }
        #expect(contact.duration >= .milliseconds(1000))
    }
}
