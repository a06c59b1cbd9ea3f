/// Durations as people read them at a glance.
extension Duration {
    /// Two places of whatever matters: `340ms`, `1.2s`, `48s`, `3m04s`, `2h05m`, `3d04h`.
    var brief: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
            "\(large)\(unit)\(small < 10 ? "0" : "")\(small)\(smallUnit)"
        }
        switch seconds {
        case ..<0: return "0ms"
        case 0: return "\(milliseconds)ms"
        case ..<10: return "\(seconds).\(milliseconds / 100)s"
        case ..<60: return "\(seconds)s"
        case ..<3600: return pair(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400: return pair(seconds / 3600, "h", seconds / 60 % 60, "m")
        default: return pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }
}
