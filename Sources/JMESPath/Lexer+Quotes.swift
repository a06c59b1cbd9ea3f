import JSON

/// The three quotations: `"name"` and `` `JSON` `` with JSON's escapes, `'text'` with none but `\'`.
extension Lexer {
    mutating func quoted() throws(JMESPathError) -> String {
        let start = index
        let content = try content(until: UInt8(ascii: "\""), unescaping: false)
        let value = try json([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")], at: start)
        guard case .string(let name) = value else {
            throw JMESPathError(.syntax, at: start, "expected a name in quotes")
        }
        return name
    }

    mutating func rawString() throws(JMESPathError) -> String {
        String(decoding: try content(until: UInt8(ascii: "'"), unescaping: true), as: UTF8.self)
    }

    mutating func jsonLiteral() throws(JMESPathError) -> JSONValue {
        let start = index
        return try json(try content(until: UInt8(ascii: "`"), unescaping: true), at: start)
    }

    /// What stands between two delimiters. A backslash always keeps the byte after it from ending the quotation;
    /// unescaping drops it before a delimiter and before nothing else.
    private mutating func content(until delimiter: UInt8, unescaping: Bool) throws(JMESPathError) -> [UInt8] {
        let start = index
        var content: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == delimiter { return content }
            guard byte == UInt8(ascii: "\\"), index < bytes.count else {
                content.append(byte)
                continue
            }
            if !(unescaping && bytes[index] == delimiter) { content.append(byte) }
            content.append(bytes[index])
            index += 1
        }
        let quote = Character(Unicode.Scalar(delimiter))
        throw JMESPathError(.syntax, at: start, "the quotation that starts here is not closed by \(quote)")
    }

    private func json(_ bytes: [UInt8], at start: Int) throws(JMESPathError) -> JSONValue {
        do throws(JSONError) {
            return JSONValue(parsing: try JSONText(validating: bytes))
        } catch {
            throw JMESPathError(.syntax, at: start, "not valid JSON in quotes: \(error.reason)")
        }
    }
}
