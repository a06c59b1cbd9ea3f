/// `[start:stop:step]`, each part optional; a negative position counts from the end.
struct Slice: Sendable {
    let start: Int?
    let stop: Int?
    /// Never zero: the parser refuses that.
    let step: Int

    func positions(count: Int) -> StrideTo<Int> {
        // A step beyond the length takes the first position only, so that clamping changes nothing and cannot overflow.
        let step = max(-count - 1, min(count + 1, step))
        if step > 0 {
            let first = start.map { clamp($0, count, to: 0...count) } ?? 0
            return stride(from: first, to: stop.map { clamp($0, count, to: 0...count) } ?? count, by: step)
        }
        let first = start.map { clamp($0, count, to: -1...(count - 1)) } ?? count - 1
        return stride(from: first, to: stop.map { clamp($0, count, to: -1...(count - 1)) } ?? -1, by: step)
    }

    private func clamp(_ position: Int, _ count: Int, to range: ClosedRange<Int>) -> Int {
        let absolute = position < 0 ? position + count : position
        return max(range.lowerBound, min(range.upperBound, absolute))
    }
}
