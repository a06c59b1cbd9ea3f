/// Takes a body out of the bytes that carry it (RFC 9112 6 and 7).
struct BodyReader: Sendable {
    private enum Part {
        /// So many bytes are left.
        case exactly(Int)
        case chunkSize
        case chunkData(Int)
        case chunkEnd
        case trailers
        case untilClose
        case complete
    }

    private var part: Part
    private var received = 0
    private var extensionBytes = 0
    private var trailers: FieldSection
    private let limits: MessageLimits

    private init(_ part: Part, _ limits: MessageLimits) {
        self.part = part
        self.limits = limits
        trailers = FieldSection(limits: limits)
    }

    static func exactly(_ length: Int, _ limits: MessageLimits) throws(MessageError) -> BodyReader {
        if length > limits.body { throw .bodyTooLarge(limit: limits.body) }
        return BodyReader(length == 0 ? .complete : .exactly(length), limits)
    }

    static func chunked(_ limits: MessageLimits) -> BodyReader { BodyReader(.chunkSize, limits) }

    static func untilClose(_ limits: MessageLimits) -> BodyReader { BodyReader(.untilClose, limits) }

    /// Moves what is there of the body to the end of `body`; true once the body is complete.
    mutating func read(from input: inout InputBuffer, into body: inout [UInt8]) throws(MessageError) -> Bool {
        while true {
            switch part {
            case .complete: return true
            case .exactly(let left):
                let moved = input.move(atMost: left, to: &body)
                guard moved == left else {
                    part = .exactly(left - moved)
                    return false
                }
                part = .complete
            case .untilClose:
                try admit(input.count)
                _ = input.move(atMost: input.count, to: &body)
                return false
            case .chunkSize:
                guard let size = try chunkSize(from: &input) else { return false }
                try admit(size)
                part = size == 0 ? .trailers : .chunkData(size)
            case .chunkData(let left):
                let moved = input.move(atMost: left, to: &body)
                guard moved == left else {
                    part = .chunkData(left - moved)
                    return false
                }
                part = .chunkEnd
            case .chunkEnd:
                guard let isThere = input.skipLineEnd() else { return false }
                guard isThere else { throw .malformedChunk }
                part = .chunkSize
            case .trailers:
                guard try trailers.read(from: &input) else { return false }
                part = .complete
            }
        }
    }

    /// The peer has closed its side; only a body that ends that way is complete.
    mutating func end() throws(MessageError) {
        switch part {
        case .complete, .untilClose: part = .complete
        default: throw .truncated
        }
    }

    private mutating func admit(_ more: Int) throws(MessageError) {
        let (total, overflow) = received.addingReportingOverflow(more)
        if overflow || total > limits.body { throw .bodyTooLarge(limit: limits.body) }
        received = total
    }

    /// `chunk-size [ chunk-ext ]` (RFC 9112 7.1); extensions are skipped, and all together they are bounded.
    private mutating func chunkSize(from input: inout InputBuffer) throws(MessageError) -> Int? {
        guard let line = try input.line(limit: limits.headerSection, .malformedChunk) else { return nil }
        var size = 0
        var digits = 0
        let bytes = input.bytes[line]
        for byte in bytes {
            guard let digit = byte.hexadecimalValue else { break }
            guard size <= Int.max >> 4 else { throw .bodyTooLarge(limit: limits.body) }
            size = size << 4 | Int(digit)
            digits += 1
        }
        let rest = bytes.dropFirst(digits)
        guard digits > 0, rest.allSatisfy(\.isFieldValue),
            rest.isEmpty || rest.first(where: { !$0.isBlank }) == UInt8(ascii: ";")
        else { throw .malformedChunk }
        extensionBytes += rest.count
        if extensionBytes > limits.headerSection { throw .headerSectionTooLarge(limit: limits.headerSection) }
        return size
    }
}
