import JSON

/// What may follow an operand.
extension Parser {
    /// Takes one operator with its right side. `parts` are the steps of the chain so far.
    mutating func infix(_ parts: inout [Node]) throws(JMESPathError) {
        switch current.kind {
        case .dot:
            advance()
            if take(.star) {
                let source = try sequence(parts)
                parts = [try node(.valueProjection(of: source, each: try projected(BindingPower.dot)))]
            } else {
                parts.append(try member(above: BindingPower.dot))
            }
        case .pipe:
            advance()
            parts.append(try expression(above: BindingPower.pipe))
        case .or: parts = [try node(.or(try operands(try sequence(parts), of: .or, BindingPower.or)))]
        case .and: parts = [try node(.and(try operands(try sequence(parts), of: .and, BindingPower.and)))]
        case .comparator(let comparator):
            advance()
            let right = try expression(above: BindingPower.comparison)
            parts = [try node(.comparison(comparator, try sequence(parts), right))]
        case .flatten:
            advance()
            let source = try node(.flatten(try sequence(parts)))
            parts = [try node(.projection(of: source, each: try projected(BindingPower.flatten)))]
        case .filter: parts = [try filter(try sequence(parts))]
        case .leftBracket: try specifier(&parts)
        default: throw expected("an operator")
        }
    }

    /// `a || b || c` as one node: a long chain costs no depth.
    private mutating func operands(
        _ first: Node, of kind: Token.Kind, _ power: Int
    ) throws(JMESPathError) -> [Node] {
        var operands = [first]
        while take(kind) {
            operands.append(try expression(above: power))
        }
        return operands
    }

    private mutating func filter(_ source: Node) throws(JMESPathError) -> Node {
        advance()
        let condition = try expression(above: BindingPower.none)
        try expect(.rightBracket, "']' after the condition")
        let each = try projected(BindingPower.filter)
        return try node(.filterProjection(of: source, where: condition, each: each))
    }

    /// Whether the bracket at hand starts an index, a slice or `[*]`.
    var startsSpecifier: Bool {
        switch next.kind {
        case .number, .colon: true
        default: isStarSpecifier
        }
    }

    /// `[0]`, `[1:2]` or `[*]`; only after a dot may a bracket hold expressions.
    private mutating func specifier(_ parts: inout [Node]) throws(JMESPathError) {
        let isSpecifier = startsSpecifier
        advance()
        guard isSpecifier else {
            throw expected("a number, ':' or '*' (several values are selected by '.[a, b]')")
        }
        if case .number(let index) = current.kind, next.kind != .colon {
            advance()
            try expect(.rightBracket, "']' or ':'")
            parts.append(try node(.index(index)))
            return
        }
        if take(.star) {
            try expect(.rightBracket, "']'")
        } else {
            parts.append(try slice())
        }
        parts = [try node(.projection(of: try sequence(parts), each: try projected(BindingPower.star)))]
    }

    private mutating func slice() throws(JMESPathError) -> Node {
        var bounds: [Int?] = [nil]
        let offset = current.offset
        while !take(.rightBracket) {
            if case .number(let number) = current.kind, bounds[bounds.count - 1] == nil {
                bounds[bounds.count - 1] = number
                advance()
            } else if bounds.count < 3, take(.colon) {
                bounds.append(nil)
            } else {
                throw expected(bounds.count < 3 ? "a number, ':' or ']'" : "a number or ']'")
            }
        }
        let step = bounds.count > 2 ? bounds[2] ?? 1 : 1
        guard step != 0 else { throw JMESPathError(.invalidValue, at: offset, "the step of a slice must not be 0") }
        return try node(.slice(Slice(start: bounds[0], stop: bounds.count > 1 ? bounds[1] : nil, step: step)))
    }

    /// What a projection does with each of its elements: the part of the chain up to where the projection ends.
    mutating func projected(_ power: Int) throws(JMESPathError) -> Node {
        guard BindingPower.of(current.kind) >= BindingPower.projectionEnd else { return .current }
        if take(.dot) { return try member(above: power) }
        return try nested { (parser) throws(JMESPathError) in
            var parts = [Node.current]
            try parser.infix(&parts)
            return try parser.rest(of: parts, above: power)
        }
    }

    /// What may stand after a dot.
    private mutating func member(above power: Int) throws(JMESPathError) -> Node {
        switch current.kind {
        case .identifier, .quotedIdentifier, .star: return try expression(above: power)
        case .leftBracket:
            advance()
            return try multiselectList()
        case .leftBrace:
            advance()
            return try multiselectHash()
        default: throw expected("a name, '*', '[' or '{' after '.'")
        }
    }
}
