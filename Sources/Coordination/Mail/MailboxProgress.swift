/// Which letters of its mailbox a coordinator knows: a letter is told of, and read, as often as it takes, and counts
/// once.
struct MailboxProgress {
    /// All up to here are known.
    private(set) var readThrough = StreamPlace.beginning
    /// Known ones beyond: there may be others between them.
    private var known: Set<StreamPlace> = []

    /// So many single ones are worth a reading, which makes them one place.
    private static let manyKnown = 256

    /// Whether the letter was not known before.
    mutating func add(_ place: StreamPlace) -> Bool {
        place > readThrough && known.insert(place).inserted
    }

    /// There is no other letter up to this one.
    mutating func read(through place: StreamPlace) {
        guard place > readThrough else { return }
        readThrough = place
        known = known.filter { $0 > place }
    }

    var isReadingDue: Bool { known.count >= Self.manyKnown }
}
