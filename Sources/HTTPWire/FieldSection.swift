import HTTPTypes

/// The header fields of a message as they come, line by line, within limits (RFC 9112 5).
struct FieldSection: Sendable {
    private(set) var fields = HTTPFields()
    private var size = 0
    private let limits: MessageLimits

    init(limits: MessageLimits) {
        self.limits = limits
    }

    /// Reads lines until the empty one that ends the section; false if that has not come yet.
    mutating func read(from input: inout InputBuffer) throws(MessageError) -> Bool {
        while true {
            let tooLarge = MessageError.headerSectionTooLarge(limit: limits.headerSection)
            guard let line = try input.line(limit: limits.headerSection - size, tooLarge) else { return false }
            if line.isEmpty { return true }
            size += line.count + 2
            if size > limits.headerSection { throw tooLarge }
            if fields.count == limits.fieldCount { throw .tooManyFields(limit: limits.fieldCount) }
            fields.append(try Self.field(input.bytes[line]))
        }
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(MessageError) -> HTTPField {
        if line[line.startIndex].isBlank { throw .foldedField }
        guard let colon = line.firstIndex(where: { !$0.isToken }) else { throw .malformedFieldName }
        guard line[colon] == UInt8(ascii: ":") else { throw nameError(line[colon...]) }
        guard let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self)) else {
            throw .malformedFieldName
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first.isBlank { value.removeFirst() }
        while let last = value.last, last.isBlank { value.removeLast() }
        if let odd = value.first(where: { !$0.isFieldValue }) {
            throw odd == .carriageReturn ? .bareCarriageReturn : .controlByte
        }
        return HTTPField(name: name, value: value)
    }

    /// What is wrong where a name ends with something that is no colon.
    private static func nameError(_ rest: ArraySlice<UInt8>) -> MessageError {
        let afterBlanks = rest.drop(while: \.isBlank)
        if afterBlanks.startIndex != rest.startIndex, afterBlanks.first == UInt8(ascii: ":") {
            return .spaceBeforeColon
        }
        guard let odd = rest.first, !odd.isFieldValue else { return .malformedFieldName }
        return odd == .carriageReturn ? .bareCarriageReturn : .controlByte
    }
}
