import JSON

/// Durations that are sent.
extension Duration {
    /// In milliseconds, rounded up so that a wait is never shorter than it was meant. What is negative is none, and
    /// what is longer than the API's longest becomes that.
    var wireText: String {
        let sent = min(max(self, .zero), .longest)
        let milliseconds = sent.wholeMilliseconds
        return "\(.milliseconds(milliseconds) < sent ? milliseconds + 1 : milliseconds)ms"
    }
}
