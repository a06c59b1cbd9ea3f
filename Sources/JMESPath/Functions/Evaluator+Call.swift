import JSON
import OrderedCollections

/// Calls of functions: arguments are evaluated, checked against the signature, and handed to the function.
extension Evaluator {
    /// Evaluated arguments, the reference taken out of its place among them.
    struct Call {
        let function: Function
        let offset: Int
        var values: [JSONValue] = []
        var reference = Node.current

        func failure(_ kind: JMESPathError.Kind, _ reason: String) -> JMESPathError {
            JMESPathError(kind, at: offset, "\(function.rawValue): \(reason)")
        }
    }

    mutating func call(
        _ function: Function, _ arguments: [Node], _ value: JSONValue, at offset: Int
    ) throws(JMESPathError) -> JSONValue {
        let signature = function.signature
        var call = Call(function: function, offset: offset)
        for (position, argument) in arguments.enumerated() {
            if case .reference(let node) = argument.form {
                call.reference = node
                continue
            }
            let evaluated = try evaluate(argument, value)
            if case .array(let elements) = evaluated { try budget.spend(elements.count) }
            guard signature.parameter(position).accepts(evaluated) else {
                throw signature.refusal(of: position, function, found: found(evaluated), at: offset)
            }
            call.values.append(evaluated)
        }
        return try apply(call)
    }

    private func found(_ value: JSONValue) -> String {
        if case .array = value { return "an array with other elements" }
        return value.typeName
    }

    private mutating func apply(_ call: Call) throws(JMESPathError) -> JSONValue {
        switch call.function {
        case .abs, .ceil, .floor: return rounded(call)
        case .avg, .sum: return total(call)
        case .contains: return try contains(call)
        case .endsWith, .startsWith: return try affix(call)
        case .join: return try join(call)
        case .keys, .values: return try children(call)
        case .length: return try length(call)
        case .map: return try map(call)
        case .max, .min: return try extreme(call)
        case .maxBy, .minBy: return try extremeBy(call)
        case .merge: return try merge(call)
        case .notNull: return call.values.first { $0.typeName != "null" } ?? .null
        case .reverse: return try reverse(call)
        case .sort: return try sort(call)
        case .sortBy: return try sortBy(call)
        case .toArray: return try toArray(call)
        case .toNumber: return try toNumber(call)
        case .toString: return try toString(call)
        case .type: return .string(call.values[0].typeName)
        }
    }
}
