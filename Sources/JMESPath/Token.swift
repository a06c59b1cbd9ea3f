import JSON

/// A word of the language with the place where it starts.
struct Token: Sendable {
    let kind: Kind
    let offset: Int

    enum Kind: Sendable, Equatable {
        case identifier(String)
        case quotedIdentifier(String)
        case literal(JSONValue)
        case number(Int)
        case dot, star, comma, colon, at, ampersand, bang
        case leftBracket, rightBracket, leftBrace, rightBrace, leftParenthesis, rightParenthesis
        /// `[?` and `[]` are single words: no space may stand within.
        case filter, flatten
        case pipe, or, and
        case comparator(Comparator)
        case end
    }

    /// How the word is called in messages.
    var described: String {
        switch kind {
        case .identifier(let name): "'\(name.prefix(64))'"
        case .quotedIdentifier(let name): "\"\(name.prefix(64))\""
        case .literal: "a literal"
        case .number(let number): "the number \(number)"
        case .dot: "'.'"
        case .star: "'*'"
        case .comma: "','"
        case .colon: "':'"
        case .at: "'@'"
        case .ampersand: "'&'"
        case .bang: "'!'"
        case .leftBracket: "'['"
        case .rightBracket: "']'"
        case .leftBrace: "'{'"
        case .rightBrace: "'}'"
        case .leftParenthesis: "'('"
        case .rightParenthesis: "')'"
        case .filter: "'[?'"
        case .flatten: "'[]'"
        case .pipe: "'|'"
        case .or: "'||'"
        case .and: "'&&'"
        case .comparator(let comparator): "'\(comparator.rawValue)'"
        case .end: "the end of the expression"
        }
    }
}
