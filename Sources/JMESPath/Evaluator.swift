import JSON
import OrderedCollections

/// Walks the tree of an expression over a value. The tree is shallow by construction, so recursion is safe.
struct Evaluator {
    var budget: Budget

    init(limits: EvaluationLimits) {
        self.budget = Budget(limits)
    }

    mutating func evaluate(_ node: Node, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
        try budget.spend()
        switch node.form {
        case .current: return value
        case .field(let name):
            guard case .object(let members) = value else { return .null }
            return members[name] ?? .null
        case .index(let index): return element(index, of: value)
        case .slice(let slice): return try self.slice(slice, of: value)
        case .literal(let literal): return literal
        case .sequence(let parts):
            var value = value
            for part in parts { value = try evaluate(part, value) }
            return value
        case .projection(let source, let each): return try project(try evaluate(source, value), each)
        case .valueProjection(let source, let each):
            guard case .object(let members) = try evaluate(source, value) else { return .null }
            return try project(.array(Array(members.values)), each)
        case .filterProjection(let source, let condition, let each):
            return try project(try evaluate(source, value), each, where: condition)
        case .flatten(let source): return try flatten(try evaluate(source, value))
        case .multiselectList(let parts): return try list(parts, value)
        case .multiselectHash(let members): return try hash(members, value)
        case .or(let operands): return try firstOperand(of: operands, thatIs: true, value)
        case .and(let operands): return try firstOperand(of: operands, thatIs: false, value)
        case .not(let operand): return .bool(!(try evaluate(operand, value).isTruthy))
        case .comparison(let comparator, let left, let right):
            let left = try evaluate(left, value)
            let right = try evaluate(right, value)
            try budget.spendComparing(left)
            return comparator.compare(left, right)
        case .call(let function, let arguments, let offset):
            return try call(function, arguments, value, at: offset)
        case .reference:
            // The parser lets references stand only where functions take them apart themselves.
            return .null
        }
    }

    private func element(_ index: Int, of value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return .null }
        let position = index < 0 ? index + elements.count : index
        return elements.indices.contains(position) ? elements[position] : .null
    }

    private mutating func firstOperand(
        of operands: [Node], thatIs wanted: Bool, _ value: JSONValue
    ) throws(JMESPathError) -> JSONValue {
        var result = JSONValue.null
        for operand in operands {
            result = try evaluate(operand, value)
            if result.isTruthy == wanted { return result }
        }
        return result
    }

    private mutating func list(_ parts: [Node], _ value: JSONValue) throws(JMESPathError) -> JSONValue {
        if case .null = value { return .null }
        var elements: [JSONValue] = []
        elements.reserveCapacity(parts.count)
        for part in parts {
            let element = try evaluate(part, value)
            try budget.spendProducing(element, depth: 2)
            elements.append(element)
        }
        return .array(elements)
    }

    private mutating func hash(_ members: [Node.Member], _ value: JSONValue) throws(JMESPathError) -> JSONValue {
        if case .null = value { return .null }
        var object: JSONObject = [:]
        for member in members {
            let part = try evaluate(member.value, value)
            try budget.spendWriting(member.name.utf8.count + 4)
            try budget.spendProducing(part, depth: 2)
            object[member.name] = part
        }
        return .object(object)
    }
}
