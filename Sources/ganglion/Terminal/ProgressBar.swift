/// How far long work has come: `exported  ████████░░░░  412 of 1,000  41 %  12s left`.
struct ProgressBar {
    let title: String
    /// `nil` if it is not known how much there is.
    var total: Int?
    var done = 0

    private static let width = 24

    init(_ title: String, total: Int? = nil) {
        self.title = title
        self.total = total
    }

    func line(elapsed: Duration) -> String {
        guard let total, total > 0 else { return "\(title)  \(done.grouped)  \(elapsed.brief)" }
        let share = min(1, Double(done) / Double(total))
        var parts = [title, Self.bar(share), "\(done.grouped) of \(total.grouped)", "\(Int(share * 100)) %"]
        if done > 0, done < total {
            parts.append("\((elapsed * (Double(total - done) / Double(done))).brief) left")
        }
        return parts.joined(separator: "  ")
    }

    static func bar(_ share: Double, width: Int = width) -> String {
        let filled = Int((min(max(share, 0), 1) * Double(width)).rounded())
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}
