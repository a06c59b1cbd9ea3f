import JSON

/// `abs`, `ceil`, `floor`, `avg`, `sum`. Whole numbers stay whole as long as they fit.
extension Evaluator {
    func rounded(_ call: Call) -> JSONValue {
        switch (call.function, call.values[0]) {
        case (.abs, .integer(let value)):
            // Int64.min has no positive counterpart.
            value == .min ? .double(-Double(value)) : .integer(Swift.abs(value))
        case (.abs, .double(let value)): .double(Swift.abs(value))
        case (.ceil, .double(let value)): whole(value.rounded(.up))
        case (.floor, .double(let value)): whole(value.rounded(.down))
        default: call.values[0]
        }
    }

    func total(_ call: Call) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        if call.function == .avg, elements.isEmpty { return .null }
        let sum = sum(elements)
        guard call.function == .avg, let total = sum.number else { return sum }
        return finite(total / Double(elements.count))
    }

    private func sum(_ elements: [JSONValue]) -> JSONValue {
        var whole: Int64 = 0
        for (position, element) in elements.enumerated() {
            guard case .integer(let value) = element, case (let next, false) = whole.addingReportingOverflow(value)
            else {
                let rest = elements[position...].reduce(Double(whole)) { $0 + ($1.number ?? 0) }
                return finite(rest)
            }
            whole = next
        }
        return .integer(whole)
    }

    private func whole(_ value: Double) -> JSONValue {
        Int64(exactly: value).map(JSONValue.integer) ?? .double(value)
    }

    /// JSON has no infinity (RFC 8259 section 6): a sum beyond all doubles is null.
    private func finite(_ value: Double) -> JSONValue {
        value.isFinite ? .double(value) : .null
    }
}
