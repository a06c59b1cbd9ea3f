import HeapModule
import WorkflowCore

/// Workflows that are coordinated by nobody because nothing happens to them, and when something will by itself.
///
/// All that is known of them is in the store. A few dozen bytes each are what a node needs to be their owner.
struct Sleepers {
    private var asleep: Set<WorkflowID> = []
    /// One that was woken stays here until its time, and is then passed over.
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
    var ids: Set<WorkflowID> { asleep }

    func contains(_ id: WorkflowID) -> Bool { asleep.contains(id) }

    /// Without a deadline it sleeps until somebody asks for it.
    mutating func add(_ id: WorkflowID, until deadline: Instant?) {
        asleep.insert(id)
        if let deadline { deadlines.insert(Bed(until: deadline, id: id)) }
    }

    mutating func remove(_ id: WorkflowID) { asleep.remove(id) }

    mutating func removeAll() { self = Sleepers() }

    /// When the next one's time comes, as far as is known.
    var next: Instant? { deadlines.min?.until }

    /// Those whose time has come, which are not asleep any more.
    mutating func wakeDue(at now: Instant) -> [WorkflowID] {
        var due: [WorkflowID] = []
        while let first = deadlines.min, first.until <= now {
            deadlines.removeMin()
            if asleep.remove(first.id) != nil { due.append(first.id) }
        }
        return due
    }
}
