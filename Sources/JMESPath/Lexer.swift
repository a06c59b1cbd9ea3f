import JSON

/// Cuts the bytes of an expression into words.
struct Lexer {
    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func tokens() throws(JMESPathError) -> [Token] {
        var tokens: [Token] = []
        while let byte = peek() {
            let start = index
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                tokens.append(Token(kind: .identifier(identifier()), offset: start))
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                tokens.append(Token(kind: .number(try number()), offset: start))
            case UInt8(ascii: "\""): tokens.append(Token(kind: .quotedIdentifier(try quoted()), offset: start))
            case UInt8(ascii: "'"): tokens.append(Token(kind: .literal(.string(try rawString())), offset: start))
            case UInt8(ascii: "`"): tokens.append(Token(kind: .literal(try jsonLiteral()), offset: start))
            default: tokens.append(Token(kind: try symbol(byte), offset: start))
            }
        }
        tokens.append(Token(kind: .end, offset: bytes.count))
        return tokens
    }

    private func peek() -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    private mutating func identifier() -> String {
        let start = index
        while let byte = peek(), Self.continuesIdentifier(byte) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func continuesIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private mutating func number() throws(JMESPathError) -> Int {
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = index
        var number = 0
        while let byte = peek(), byte &- UInt8(ascii: "0") < 10 {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = product.addingReportingOverflow(Int(byte &- UInt8(ascii: "0")))
            guard !overflow, !overflowed else {
                throw JMESPathError(.syntax, at: start, "the number does not fit in 64 bits")
            }
            number = sum
            index += 1
        }
        guard index > firstDigit else { throw JMESPathError(.syntax, at: start, "expected a digit after '-'") }
        return isNegative ? -number : number
    }

    private mutating func symbol(_ byte: UInt8) throws(JMESPathError) -> Token.Kind {
        let start = index
        index += 1
        switch byte {
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: "@"): return .at
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["):
            if take(UInt8(ascii: "?")) { return .filter }
            return take(UInt8(ascii: "]")) ? .flatten : .leftBracket
        case UInt8(ascii: "|"): return take(UInt8(ascii: "|")) ? .or : .pipe
        case UInt8(ascii: "&"): return take(UInt8(ascii: "&")) ? .and : .ampersand
        case UInt8(ascii: "!"): return take(UInt8(ascii: "=")) ? .comparator(.notEqual) : .bang
        case UInt8(ascii: "<"): return .comparator(take(UInt8(ascii: "=")) ? .lessOrEqual : .less)
        case UInt8(ascii: ">"): return .comparator(take(UInt8(ascii: "=")) ? .greaterOrEqual : .greater)
        case UInt8(ascii: "="):
            guard take(UInt8(ascii: "=")) else {
                throw JMESPathError(.syntax, at: start, "unknown operator '='; equality is '=='")
            }
            return .comparator(.equal)
        default:
            let shown = byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
            throw JMESPathError(.syntax, at: start, "\(shown) starts no word of the language; names with it are quoted")
        }
    }
}
