import WorkflowCore

/// Whether a node has been in touch with the store without a gap, by the store's clock, as the leases are.
struct Contact {
    private let longestGap: Duration
    private var last: Instant?
    private var wasLost = false

    init(longestGap: Duration) {
        self.longestGap = longestGap
    }

    /// Takes in a heartbeat that the store answered at `now`; says whether there was a gap before it.
    mutating func heard(at now: Instant) -> Bool {
        defer { (last, wasLost) = (now, false) }
        guard let last else { return false }
        return wasLost || now < last || now - last > longestGap
    }

    /// A heartbeat was not answered.
    mutating func lost() { wasLost = true }
}
