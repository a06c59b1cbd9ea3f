import WorkflowCore

/// Since when a node has been in touch with the store without a gap.
///
/// By the store's clock, as the leases are: whether the store stood still, the way there was cut, this process was
/// frozen or that clock was set, the other nodes may not have been able to renew theirs.
struct Contact {
    /// Longer than this between two heartbeats, and another node's lease may have ended without its fault.
    let longestGap: Duration
    private var since: Instant?
    private var last: Instant?

    /// Nodes renew leases of `lease` every `interval`.
    init(lease: Duration, interval: Duration) {
        longestGap = max(lease - interval, interval * 1.5)
    }

    /// How long there has been no gap.
    var duration: Duration { since.flatMap { since in last.map { $0 - since } } ?? .zero }

    /// Takes in a heartbeat that the store answered at `now`; says whether there was a gap before it.
    mutating func heard(at now: Instant) -> Bool {
        defer { last = now }
        guard let last else {
            since = now
            return false
        }
        let hasGap = since == nil || now < last || now - last > longestGap
        if hasGap { since = now }
        return hasGap
    }

    /// A heartbeat was not answered.
    mutating func lost() { since = nil }
}
