import JSON
import OrderedCollections

/// `keys`, `values`, `merge`, `map`, `to_array`.
extension Evaluator {
    mutating func children(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .object(let members) = call.values[0] else { return .null }
        try budget.spend(members.count)
        if call.function == .values { return .array(Array(members.values)) }
        return .array(members.keys.map(JSONValue.string))
    }

    /// Later objects win.
    mutating func merge(_ call: Call) throws(JMESPathError) -> JSONValue {
        var merged: JSONObject = [:]
        for case .object(let members) in call.values {
            try budget.spend(members.count)
            for (name, value) in members { merged[name] = value }
        }
        try budget.spendProducing(.object(merged))
        return .object(merged)
    }

    /// Unlike a projection it keeps nulls.
    mutating func map(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        var results: [JSONValue] = []
        results.reserveCapacity(elements.count)
        for element in elements {
            let result = try evaluate(call.reference, element)
            try budget.spendProducing(result, depth: 2)
            results.append(result)
        }
        return .array(results)
    }

    mutating func toArray(_ call: Call) throws(JMESPathError) -> JSONValue {
        if case .array = call.values[0] { return call.values[0] }
        try budget.spendProducing(call.values[0], depth: 2)
        return .array([call.values[0]])
    }
}
