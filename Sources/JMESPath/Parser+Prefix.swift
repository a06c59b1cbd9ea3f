import JSON

/// What an expression may start with.
extension Parser {
    mutating func prefix() throws(JMESPathError) -> Node {
        let token = current
        switch token.kind {
        case .identifier(let name):
            advance()
            return take(.leftParenthesis) ? try call(name, at: token.offset) : try node(.field(name))
        case .quotedIdentifier(let name):
            advance()
            guard current.kind != .leftParenthesis else {
                throw JMESPathError(.syntax, at: token.offset, "the name of a function must not be quoted")
            }
            return try node(.field(name))
        case .literal(let value):
            advance()
            return try node(.literal(value))
        case .at:
            advance()
            return .current
        case .bang:
            advance()
            return try node(.not(try expression(above: BindingPower.not)))
        case .leftParenthesis:
            advance()
            let inner = try expression(above: BindingPower.none)
            try expect(.rightParenthesis, "')'")
            return inner
        case .leftBrace:
            advance()
            return try multiselectHash()
        case .star:
            advance()
            return try node(.valueProjection(of: .current, each: try projected(BindingPower.star)))
        case .filter, .flatten: return try infixOnCurrent()
        case .leftBracket:
            if startsSpecifier { return try infixOnCurrent() }
            advance()
            return try multiselectList()
        case .ampersand:
            throw JMESPathError(.syntax, at: token.offset, "'&' may only start an argument of a function")
        default: throw expected("an expression")
        }
    }

    /// An operator without an operand works on `@`.
    private mutating func infixOnCurrent() throws(JMESPathError) -> Node {
        var parts = [Node.current]
        try infix(&parts)
        return try sequence(parts)
    }

    /// After `[`.
    mutating func multiselectList() throws(JMESPathError) -> Node {
        var parts: [Node] = []
        repeat {
            parts.append(try expression(above: BindingPower.none))
        } while take(.comma)
        try expect(.rightBracket, "',' or ']'")
        return try node(.multiselectList(parts))
    }

    /// After `{`.
    mutating func multiselectHash() throws(JMESPathError) -> Node {
        var members: [Node.Member] = []
        repeat {
            let name: String
            switch current.kind {
            case .identifier(let text), .quotedIdentifier(let text): name = text
            default: throw expected("a name")
            }
            advance()
            try expect(.colon, "':'")
            members.append(Node.Member(name: name, value: try expression(above: BindingPower.none)))
        } while take(.comma)
        try expect(.rightBrace, "',' or '}'")
        return try node(.multiselectHash(members))
    }

    /// After `name(`. Which functions there are and what they take is known now, so that mistakes are found now.
    private mutating func call(_ name: String, at offset: Int) throws(JMESPathError) -> Node {
        var arguments: [Node] = []
        if !take(.rightParenthesis) {
            repeat {
                arguments.append(try argument())
            } while take(.comma)
            try expect(.rightParenthesis, "',' or ')'")
        }
        let function = try Function.named(name, at: offset)
        try function.signature.check(arguments, of: function, at: offset)
        return try node(.call(function, arguments, offset: offset))
    }

    private mutating func argument() throws(JMESPathError) -> Node {
        guard take(.ampersand) else { return try expression(above: BindingPower.none) }
        return try node(.reference(try expression(above: BindingPower.none)))
    }
}
