import JSON

/// `to_number` and `to_string`.
extension Evaluator {
    /// Text that JSON would take for a number; null for all else.
    mutating func toNumber(_ call: Call) throws(JMESPathError) -> JSONValue {
        let value = call.values[0]
        if value.number != nil { return value }
        guard let text = value.text else { return .null }
        try budget.spendReading(8 * text.utf8.count)
        guard let json = try? JSONText(validating: Array(text.utf8)) else { return .null }
        let number = JSONValue(parsing: json)
        return number.number == nil ? .null : number
    }

    /// Strings stay as they are, all else becomes its JSON.
    mutating func toString(_ call: Call) throws(JMESPathError) -> JSONValue {
        if call.values[0].text != nil { return call.values[0] }
        try budget.spendProducing(call.values[0])
        let text = JSONText(call.values[0]).string
        // Escapes make the text up to six times longer than what was counted.
        try budget.spendWriting(text.utf8.count)
        return .string(text)
    }
}
