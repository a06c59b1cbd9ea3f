import JSON

/// Builds the tree by operator precedence: each word has a binding power, and a stronger one takes the operand.
struct Parser {
    /// Parsing and evaluating recurse. This deep they are safe on a stack of 1 MiB, also without optimization.
    static let maximumDepth = 112

    private let tokens: [Token]
    private var position = 0
    private var nesting = 0

    init(_ tokens: [Token]) {
        self.tokens = tokens
    }

    mutating func parse() throws(JMESPathError) -> Node {
        let node = try expression(above: BindingPower.none)
        guard current.kind == .end else { throw expected("an operator or the end of the expression") }
        return node
    }

    /// Reads an operand and all operators after it that bind stronger than `power`.
    mutating func expression(above power: Int) throws(JMESPathError) -> Node {
        try nested { (parser) throws(JMESPathError) in
            try parser.rest(of: [try parser.prefix()], above: power)
        }
    }

    /// Reads the operators that bind stronger than `power`. Sub-expressions, indexes and pipes go into one flat list
    /// of parts: a chain of them costs no depth.
    mutating func rest(of parts: consuming [Node], above power: Int) throws(JMESPathError) -> Node {
        while BindingPower.of(current.kind) > power {
            try infix(&parts)
        }
        return try sequence(parts)
    }

    /// Every way in which reading calls itself leads through here.
    mutating func nested(
        _ read: (inout Parser) throws(JMESPathError) -> Node
    ) throws(JMESPathError) -> Node {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumDepth else { throw tooDeep() }
        return try read(&self)
    }

    // MARK: Words

    var current: Token { tokens[position] }

    /// The word after the current one, at the end the end.
    var next: Token { tokens[min(position + 1, tokens.count - 1)] }

    /// Whether the bracket at hand goes on with `*]`; `[*.a]` would be a list of one expression.
    var isStarSpecifier: Bool {
        next.kind == .star && tokens[min(position + 2, tokens.count - 1)].kind == .rightBracket
    }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind, _ what: String) throws(JMESPathError) {
        guard take(kind) else { throw expected(what) }
    }

    // MARK: Nodes

    func node(_ form: Node.Form) throws(JMESPathError) -> Node {
        let node = Node(form)
        guard node.depth <= Self.maximumDepth else { throw tooDeep() }
        return node
    }

    func sequence(_ parts: [Node]) throws(JMESPathError) -> Node {
        var flat: [Node] = []
        for part in parts {
            switch part.form {
            case .current: break
            case .sequence(let inner): flat += inner
            default: flat.append(part)
            }
        }
        if flat.count > 1 { return try node(.sequence(flat)) }
        return flat.first ?? .current
    }

    // MARK: Errors

    func expected(_ what: String) -> JMESPathError {
        JMESPathError(.syntax, at: current.offset, "expected \(what), found \(current.described)")
    }

    private func tooDeep() -> JMESPathError {
        JMESPathError(
            .syntax, at: current.offset, "nested deeper than the \(Self.maximumDepth) levels that are allowed")
    }
}
