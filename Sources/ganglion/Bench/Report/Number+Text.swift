/// Numbers as people read them.
extension Int {
    /// With commas between the thousands.
    var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return self < 0 ? "-\(text)" : text
    }
}

extension Double {
    /// To so many digits that count, but never less than a whole number: 0.0214, 21.4, 2,140.
    func rounded(to digits: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "?" }
        var (decimals, size) = (digits - 1, magnitude)
        while size >= 10, decimals > 0 { (size, decimals) = (size / 10, decimals - 1) }
        while size < 1, size > 0, decimals < 6 { (size, decimals) = (size * 10, decimals + 1) }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (magnitude * scale).rounded()
        let whole = Int(scaled / scale)
        var fraction = String(Int(scaled - Double(whole) * scale))
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let text = fraction.isEmpty ? whole.grouped : "\(whole.grouped).\(fraction)"
        return self < 0 && scaled > 0 ? "-\(text)" : text
    }
}
