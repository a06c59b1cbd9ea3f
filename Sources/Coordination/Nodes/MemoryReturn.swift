/// When memory is given back to the system: after most of many coordinators have left it. Without that it stays with
/// the process, which 180,000 workflows that have gone to sleep had made 1.6 GB large; with it they take 60 MB.
struct MemoryReturn {
    /// Fewer are not worth it.
    static let fewest = 10_000

    /// The most since memory was given back.
    private var most = 0

    mutating func isDue(coordinators count: Int) -> Bool {
        most = max(most, count)
        guard most - count >= Self.fewest, count <= most / 2 else { return false }
        most = count
        return true
    }
}
