import Testing

@testable import Coordination

@Suite("Which letters of a mailbox are known")
struct MailboxProgressTests {
    private func place(_ number: Int64) -> StreamPlace { StreamPlace(milliseconds: number, sequence: 0) }

    private func isKnown(_ number: Int64, _ progress: inout MailboxProgress) -> Bool { !progress.add(place(number)) }

    @Test("A letter counts once, however often it is told of")
    func once() {
        var progress = MailboxProgress()
        #expect(!isKnown(5, &progress))
        #expect(isKnown(5, &progress))
        #expect(!isKnown(3, &progress))
    }

    @Test("After a reading nothing up to its end is news, and what lies beyond still counts once")
    func reading() {
        var progress = MailboxProgress()
        #expect(!isKnown(9, &progress))
        progress.read(through: place(7))
        #expect(isKnown(2, &progress))
        #expect(isKnown(7, &progress))
        #expect(!isKnown(8, &progress))
        #expect(isKnown(9, &progress))
        progress.read(through: place(4))
        #expect(progress.readThrough == place(7))
    }

    @Test("Many single ones make a reading due, and it ends that")
    func due() {
        var progress = MailboxProgress()
        for number in 1...300 { _ = progress.add(place(Int64(number))) }
        #expect(progress.isReadingDue)
        progress.read(through: place(300))
        #expect(!progress.isReadingDue)
    }
}
