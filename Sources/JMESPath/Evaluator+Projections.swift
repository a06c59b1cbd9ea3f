import JSON
import OrderedCollections

/// Arrays: slices, flattening, and the projections that evaluate the rest of a chain on each element.
extension Evaluator {
    /// Nulls are left out of what comes back. Null when the source is no array.
    mutating func project(
        _ source: JSONValue, _ each: Node, where condition: Node? = nil
    ) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = source else { return .null }
        var results: [JSONValue] = []
        for element in elements {
            if let condition {
                let verdict = try evaluate(condition, element)
                guard verdict.isTruthy else { continue }
            }
            let result = try evaluate(each, element)
            if case .null = result { continue }
            // Parts of what was there before cannot add up to more; all else is counted.
            if !each.isSelection { try budget.spendProducing(result, depth: 2) }
            results.append(result)
        }
        return .array(results)
    }

    mutating func slice(_ slice: Slice, of value: JSONValue) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = value else { return .null }
        let positions = slice.positions(count: elements.count)
        try budget.spend(positions.underestimatedCount)
        return .array(positions.map { elements[$0] })
    }

    /// One level: arrays give their elements, other elements stay.
    mutating func flatten(_ value: JSONValue) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = value else { return .null }
        var results: [JSONValue] = []
        for element in elements {
            try budget.spend()
            if case .array(let inner) = element {
                try budget.spend(inner.count)
                results += inner
            } else {
                results.append(element)
            }
        }
        return .array(results)
    }
}
