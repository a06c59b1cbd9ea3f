import Testing
import WorkflowCore

@testable import Coordination

@Suite("A node's contact with the store")
struct ContactTests {
    private var contact = Contact(longestGap: .milliseconds(1000))

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_000_000 + milliseconds) }

    @Test("Heartbeats one after another make no gap, even if some are late")
    mutating func steady() {
        for moment in [0, 500, 1500, 1500, 2499] {
            let hadGap = contact.heard(at: at(Int64(moment)))
            #expect(!hadGap)
        }
    }

    @Test(
        "A gap is one whatever made it",
        arguments: [
            ("the store or this process stood still", 2501), ("the store's clock was set forward", 3_600_000),
            ("the store's clock was set back", -5000),
        ] as [(String, Int64)])
    func gaps(_ what: String, _ moment: Int64) {
        var contact = contact
        for beat in 0..<4 { _ = contact.heard(at: at(Int64(beat) * 500)) }
        let gaps = [contact.heard(at: at(moment)), contact.heard(at: at(moment + 500))]
        #expect(gaps == [true, false], "\(what)")
    }

    @Test("A heartbeat that was not answered is a gap")
    mutating func lost() {
        for beat in 0..<4 { _ = contact.heard(at: at(Int64(beat) * 500)) }
        contact.lost()
        let gaps = [contact.heard(at: at(2000)), contact.heard(at: at(2500))]
        #expect(gaps == [true, false])
    }

    @Test("The options' longest gap leaves each heartbeat a chance, however tight they are")
    func tightOptions() {
        var options = NodeOptions()
        #expect(options.longestGap == .milliseconds(1000))
        options.heartbeat = .milliseconds(900)
        #expect(options.longestGap == .milliseconds(1350))
    }
}
