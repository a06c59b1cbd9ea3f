import JSON

/// `sort`, `max`, `min` and their `_by` forms: keys are all numbers or all strings.
extension Evaluator {
    mutating func sort(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        let positions = try sortedPositions(elements)
        return .array(positions.map { elements[$0] })
    }

    mutating func sortBy(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        let positions = try sortedPositions(try keys(elements, call))
        return .array(positions.map { elements[$0] })
    }

    mutating func extreme(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        guard let position = try extremePosition(elements, isMaximum: call.function == .max) else { return .null }
        return elements[position]
    }

    mutating func extremeBy(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard case .array(let elements) = call.values[0] else { return .null }
        let keys = try keys(elements, call)
        guard let position = try extremePosition(keys, isMaximum: call.function == .maxBy) else { return .null }
        return elements[position]
    }

    /// What the reference gives for each element.
    private mutating func keys(_ elements: [JSONValue], _ call: Call) throws(JMESPathError) -> [JSONValue] {
        var keys: [JSONValue] = []
        keys.reserveCapacity(elements.count)
        for element in elements {
            let key = try evaluate(call.reference, element)
            let isComparable = key.number != nil || key.text != nil
            guard isComparable, Ordering.of(keys.first ?? key, key) != nil else {
                let mixed = "the keys must be all numbers or all strings"
                throw call.failure(.invalidType, "\(mixed), found \(key.typeName) for element \(keys.count)")
            }
            // Keys that a function made may be long without being anywhere in the input.
            if !call.reference.isSelection { try budget.spendProducing(key) }
            keys.append(key)
        }
        return keys
    }

    /// Equal keys keep their order.
    private mutating func sortedPositions(_ keys: [JSONValue]) throws(JMESPathError) -> [Int] {
        let rounds = Int.bitWidth - keys.count.leadingZeroBitCount
        for key in keys { try budget.spend(rounds * (1 + (key.text?.utf8.count ?? 0) / 64)) }
        return keys.indices.sorted { one, other in
            let order = Ordering.of(keys[one], keys[other]) ?? 0
            return order == 0 ? one < other : order < 0
        }
    }

    /// The first of the greatest or smallest.
    private mutating func extremePosition(_ keys: [JSONValue], isMaximum: Bool) throws(JMESPathError) -> Int? {
        var best = 0
        for (position, key) in keys.enumerated() {
            try budget.spendComparing(key)
            let order = Ordering.of(key, keys[best]) ?? 0
            if isMaximum ? order > 0 : order < 0 { best = position }
        }
        return keys.isEmpty ? nil : best
    }
}
