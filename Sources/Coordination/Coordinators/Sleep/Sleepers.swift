import HeapModule
import WorkflowCore

/// Workflows that are coordinated by nobody because nothing happens to them, and when something will by itself.
///
/// All that is known of them is in the store. Some dozens of bytes each are what a node needs to be their owner.
struct Sleepers {
    /// Until when each sleeps; without a deadline until somebody asks for it.
    private var asleep: [WorkflowID: Instant?] = [:]
    /// One that was woken stays here, and is passed over.
    private var deadlines = Heap<Bed>()

    private struct Bed: Comparable {
        let until: Instant
        let id: WorkflowID

        static func < (left: Bed, right: Bed) -> Bool {
            (left.until, left.id.token.high, left.id.token.low)
                < (right.until, right.id.token.high, right.id.token.low)
        }
    }

    var count: Int { asleep.count }
    var ids: Set<WorkflowID> { Set(asleep.keys) }
    /// How many deadlines are remembered, those that are passed over included.
    var deadlineCount: Int { deadlines.count }

    func contains(_ id: WorkflowID) -> Bool { asleep[id] != nil }

    mutating func add(_ id: WorkflowID, until deadline: Instant?) {
        asleep.updateValue(deadline, forKey: id)
        guard let deadline else { return }
        deadlines.insert(Bed(until: deadline, id: id))
        forgetThoseWoken()
    }

    mutating func remove(_ id: WorkflowID) { asleep.removeValue(forKey: id) }

    mutating func removeAll() { self = Sleepers() }

    /// When the next one's time comes, as far as is known.
    var next: Instant? { deadlines.min?.until }

    /// Those whose time has come, which are not asleep any more.
    mutating func wakeDue(at now: Instant) -> [WorkflowID] {
        var due: [WorkflowID] = []
        while let first = deadlines.min, first.until <= now {
            deadlines.removeMin()
            guard asleep[first.id] == first.until else { continue }
            asleep.removeValue(forKey: first.id)
            due.append(first.id)
        }
        return due
    }

    /// A deadline may be days away, and its workflow woken often or ended by then: the heap stays as large as what it
    /// is about.
    private mutating func forgetThoseWoken() {
        guard deadlines.count > 2 * asleep.count + 64 else { return }
        deadlines = Heap(asleep.compactMap { id, deadline in deadline.map { Bed(until: $0, id: id) } })
    }
}
