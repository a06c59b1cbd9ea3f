package import HTTPTypes

/// Reads the response to one request out of the bytes of a connection, piece by piece (RFC 9112 4 and 6.3).
package struct ResponseParser: Sendable {
    package enum Event: Hashable, Sendable {
        case head(ResponseHead)
        /// A piece of the body, never empty.
        case body([UInt8])
        case end
    }

    private enum State {
        case startLine
        case fields(StatusLine)
        case body
        case complete
        case failed(MessageError)
    }

    private struct StatusLine {
        let status: HTTPResponse.Status
        let isOldVersion: Bool
    }

    private let limits: MessageLimits
    private let method: HTTPRequest.Method
    private var input = InputBuffer()
    private var state = State.startLine
    private var section: FieldSection
    private var reader: BodyReader
    /// Interim responses that were skipped; they count as header fields, or they could go on for ever.
    private var interim = 0

    /// The answer to a request with this method.
    package init(to method: HTTPRequest.Method, limits: MessageLimits = MessageLimits()) {
        self.method = method
        self.limits = limits
        section = FieldSection(limits: limits)
        reader = .untilClose(limits)
    }

    package mutating func feed(_ bytes: [UInt8]) {
        input.append(bytes)
    }

    /// How many bytes came that belong to no event so far: after the end they are an answer to nothing.
    package var bufferedCount: Int { input.count }

    /// The server has closed its side. That ends a body without a length; any other message is cut off by it.
    package mutating func feedEnd() throws(MessageError) {
        switch state {
        case .body: try failing { parser throws(MessageError) in try parser.reader.end() }
        case .complete: return
        case .startLine, .fields: try failing { _ throws(MessageError) in throw .truncated }
        case .failed(let error): throw error
        }
    }

    /// The next event; `nil` until more bytes come. An error is final.
    package mutating func next() throws(MessageError) -> Event? {
        try failing { parser throws(MessageError) in try parser.advance() }
    }

    private mutating func failing<Result>(
        _ body: (inout ResponseParser) throws(MessageError) -> Result
    ) throws(MessageError) -> Result {
        do throws(MessageError) {
            return try body(&self)
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func advance() throws(MessageError) -> Event? {
        while true {
            switch state {
            case .failed(let error): throw error
            case .complete: return nil
            case .startLine:
                let tooLong = MessageError.startLineTooLong(limit: limits.startLine)
                guard let line = try input.line(limit: limits.startLine, tooLong) else { return nil }
                state = .fields(try Self.statusLine(input.bytes[line]))
                section = FieldSection(limits: limits)
            case .fields(let line):
                guard try section.read(from: &input) else { return nil }
                if line.status.kind == .informational, line.status != .switchingProtocols {
                    interim += 1
                    if interim > limits.fieldCount { throw .tooManyFields(limit: limits.fieldCount) }
                    state = .startLine
                    continue
                }
                state = .body
                return .head(try begin(line))
            case .body:
                var piece: [UInt8] = []
                let isComplete = try reader.read(from: &input, into: &piece)
                if !piece.isEmpty { return .body(piece) }
                guard isComplete else { return nil }
                state = .complete
                return .end
            }
        }
    }

    /// `HTTP-version SP status-code SP [ reason-phrase ]`; the last space is often left out where there is no reason.
    private static func statusLine(_ line: ArraySlice<UInt8>) throws(MessageError) -> StatusLine {
        let parts = line.split(separator: .space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].count == 3, parts[1].allSatisfy(\.isDigit),
            let code = Int(String(decoding: parts[1], as: UTF8.self)), code >= 100,
            parts.count == 2 || parts[2].allSatisfy(\.isFieldValue)
        else { throw .malformedStatusLine }
        let isOldVersion = try HTTPVersion.isOld(parts[0], .malformedStatusLine)
        let reason = parts.count == 2 ? "" : String(decoding: parts[2], as: UTF8.self)
        return StatusLine(status: HTTPResponse.Status(code: code, reasonPhrase: reason), isOldVersion: isOldVersion)
    }

    /// How is the body framed (RFC 9112 6.3)?
    private mutating func begin(_ line: StatusLine) throws(MessageError) -> ResponseHead {
        let fields = try MessageFields(section.fields)
        var endsWithConnection = false
        if method == .head || [204, 304].contains(line.status.code) || line.status.kind == .informational {
            reader = try .exactly(0, limits)
        } else if try fields.isChunked(isOldVersion: line.isOldVersion) {
            reader = .chunked(limits)
        } else if let length = fields.contentLength {
            reader = try .exactly(length, limits)
        } else {
            reader = .untilClose(limits)
            endsWithConnection = true
        }
        return ResponseHead(
            status: line.status, headerFields: section.fields,
            isPersistent: !endsWithConnection && fields.isPersistent(isOldVersion: line.isOldVersion))
    }
}
