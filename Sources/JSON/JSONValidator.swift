/// Checks a document in one pass without recursion and without building anything.
///
/// Stricter than RFC 8259 where that leaves room: member names are unique within their object (section 4), integers
/// fit in 64 bits and other numbers in a finite double (section 6), `\u` surrogates come in pairs (section 8.2).
struct JSONValidator {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var index = 0
    private var frames: [Frame] = []
    /// The names of all open objects, outermost first.
    private var names: [Range<Int>] = []
    private var hasNonASCII = false

    /// An open array or object.
    private struct Frame {
        let isObject: Bool
        var count = 0
        /// Where the current member's name stands in the document, without its quotes; `nil` between members.
        var name: Range<Int>?
        /// The first of its names among those of all open objects; as many as it has had, they are compared as bytes
        /// while they are few.
        let firstName: Int
        /// All of them, once they are not.
        var manyNames: Set<String> = []
    }

    /// Up to so many names are compared one by one, which costs less than hashing them.
    private static let fewNames = 16

    init(_ bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func validate() throws(JSONError) {
        guard bytes.count <= limits.maximumBytes else {
            throw error("\(bytes.count) bytes are more than the limit of \(limits.maximumBytes)")
        }
        repeat {
            // Containers return to this loop for their first value: depth costs frames, not stack.
            while try openValue() {}
            try closeValues()
        } while !frames.isEmpty
        skipSpace()
        guard index == bytes.count else { throw error("expected the end after the value, found \(found)") }
        if hasNonASCII { try validateUTF8() }
    }

    // MARK: Structure

    /// Reads a scalar, an empty container, or the opening of one; true if the first value within is now due.
    private mutating func openValue() throws(JSONError) -> Bool {
        skipSpace()
        guard index < bytes.count else { throw error("expected a value, found the end") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try open(isObject: true, close: UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try open(isObject: false, close: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw error("expected a value, found \(found)")
        }
        return false
    }

    private mutating func open(isObject: Bool, close: UInt8) throws(JSONError) -> Bool {
        guard frames.count < limits.maximumDepth else {
            throw error("nested deeper than the limit of \(limits.maximumDepth) levels")
        }
        index += 1
        skipSpace()
        if index < bytes.count, bytes[index] == close {
            index += 1
            return false
        }
        frames.append(Frame(isObject: isObject, firstName: names.count))
        if isObject { try memberName() }
        return true
    }

    /// After a value: commas lead to the next value, brackets close containers.
    private mutating func closeValues() throws(JSONError) {
        // Not the frame itself: held here, its names would be copied whenever one is added.
        while let isObject = frames.last?.isObject {
            skipSpace()
            guard index < bytes.count else {
                throw error("expected ',' or '\(isObject ? "}" : "]")', found the end")
            }
            let byte = bytes[index]
            if byte == UInt8(ascii: ",") {
                index += 1
                frames[frames.count - 1].count += 1
                if isObject { try memberName() }
                return
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw error("expected ',' or '\(isObject ? "}" : "]")', found \(found)")
            }
            index += 1
            names.removeSubrange(frames.removeLast().firstName...)
        }
    }

    private mutating func memberName() throws(JSONError) {
        frames[frames.count - 1].name = nil
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            throw error("expected a member name in quotes, found \(found)")
        }
        let start = index
        let name = try string()
        frames[frames.count - 1].name = name
        try checkUnique(name, at: start)
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
            throw error("expected ':' after a member name, found \(found)")
        }
        index += 1
    }

    private mutating func checkUnique(_ name: Range<Int>, at start: Int) throws(JSONError) {
        let last = frames.count - 1
        let isPlain = isPlain(name)
        let first = frames[last].firstName
        if names.count - first < Self.fewNames, isPlain {
            for other in names[first...] where other.count == name.count && bytes[other] == bytes[name] {
                throw duplicate(name, at: start)
            }
        }
        names.append(name)
        if names.count - first > Self.fewNames || !isPlain || !frames[last].manyNames.isEmpty {
            if frames[last].manyNames.isEmpty {
                for other in names[first...].dropLast() {
                    frames[last].manyNames.insert(JSONScan.decode(bytes, other))
                }
            }
            guard frames[last].manyNames.insert(JSONScan.decode(bytes, name)).inserted else {
                throw duplicate(name, at: start)
            }
        }
    }

    /// ASCII without escapes. Only for such names do bytes decide: a dictionary takes canonically equivalent texts
    /// (composed and decomposed letters) for one key, so here they are one name too.
    private func isPlain(_ name: Range<Int>) -> Bool {
        !bytes[name].contains { $0 >= 0x80 || $0 == UInt8(ascii: "\\") }
    }

    private func duplicate(_ name: Range<Int>, at start: Int) -> JSONError {
        let text = JSONScan.decode(bytes, name)
        return JSONError(offset: start, pointer: pointer, reason: "the member '\(text.prefix(64))' stands twice")
    }

    private mutating func skipSpace() {
        while index < bytes.count, JSONScan.isSpace(bytes[index]) { index += 1 }
    }

    // MARK: Scalars

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, "\(word)".utf8.elementsEqual(bytes[index..<end]) else {
            throw error("expected a value, found \(found)")
        }
        index = end
    }

    /// The range between the quotes.
    private mutating func string() throws(JSONError) -> Range<Int> {
        let start = index + 1
        index = start
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return start..<(index - 1)
            case UInt8(ascii: "\\"): try escape()
            case 0x00..<0x20: throw error("a control character must be escaped within a string")
            default:
                if byte >= 0x80 { hasNonASCII = true }
                index += 1
            }
        }
        throw error("a string is not closed by '\"'")
    }

    private mutating func escape() throws(JSONError) {
        guard index + 1 < bytes.count else { throw error("a string is not closed by '\"'") }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit()
            if UTF16.isTrailSurrogate(unit) { throw error("a low surrogate stands without its high one") }
            guard UTF16.isLeadSurrogate(unit) else { return }
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
                UTF16.isTrailSurrogate(try codeUnit())
            else { throw error("a high surrogate is not followed by a low one") }
        default: throw error("no escape of JSON: '\\' and \(JSONScan.name(of: bytes[index + 1]))")
        }
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard index + 6 <= bytes.count, let unit = JSONScan.hexadecimal(bytes, index + 2) else {
            throw error("'\\u' is followed by four hexadecimal digits")
        }
        index += 6
        return unit
    }

    private mutating func number() throws(JSONError) {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            try digits()
        }
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try digits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try digits()
        }
        try checkRange(start..<index, isInteger: isInteger)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while index < bytes.count, JSONScan.isDigit(bytes[index]) { index += 1 }
        if index == start { throw error("expected a digit, found \(found)") }
    }

    private func checkRange(_ range: Range<Int>, isInteger: Bool) throws(JSONError) {
        // 18 digits always fit in 64 bits, and without an exponent it takes over 300 to leave a double's range.
        if isInteger, range.count <= 18 { return }
        let text = String(decoding: bytes[range], as: UTF8.self)
        if isInteger ? Int64(text) != nil : Double(text)?.isFinite == true { return }
        let allowed = isInteger ? "integers from \(Int64.min) to \(Int64.max)" : "finite 64-bit floating-point numbers"
        throw JSONError(
            offset: range.lowerBound, pointer: pointer, reason: "'\(text.prefix(40))' does not fit: \(allowed) do")
    }

    private func validateUTF8() throws(JSONError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError(offset: error.byteOffsets.lowerBound, pointer: "", reason: "not valid UTF-8")
        }
    }

    // MARK: Errors

    private func error(_ reason: String) -> JSONError { JSONError(offset: index, pointer: pointer, reason: reason) }

    private var found: String { index < bytes.count ? JSONScan.name(of: bytes[index]) : "the end" }

    private var pointer: String {
        frames.map { frame in
            guard frame.isObject else { return "/\(frame.count)" }
            return frame.name.map { "/\(JSONPointer.escaped(JSONScan.decode(bytes, $0)))" } ?? ""
        }.joined()
    }
}
