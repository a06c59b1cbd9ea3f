import HTTPTypes

/// Makes requests of the bytes of one connection, however they are split. Strict wherever two readers of the same
/// bytes could see two different requests (RFC 9112 11.2).
package struct RequestParser: Sendable {
    package enum Event: Hashable, Sendable {
        /// A head has come whose sender waits for `100 Continue`, and none of its body is there.
        case expectsContinue
        case request(RequestHead, body: [UInt8])
    }

    /// What is waited for.
    package enum Phase: Hashable, Sendable {
        /// Nothing of the next request has come.
        case idle
        case head
        case body
    }

    private enum State {
        case startLine
        case fields(RequestLine)
        case body(RequestHead)
        case failed(MessageError)
    }

    private let limits: MessageLimits
    private var input = InputBuffer()
    private var state = State.startLine
    /// The target of the request that is being read, or was when an error ended that, once its line has come.
    package private(set) var target: String?
    private var section: FieldSection
    private var reader: BodyReader
    private var body: [UInt8] = []

    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
        section = FieldSection(limits: limits)
        reader = .chunked(limits)
    }

    package mutating func feed(_ bytes: [UInt8]) {
        input.append(bytes)
    }

    /// How many bytes came that are not understood yet.
    package var bufferedCount: Int { input.count }

    package var phase: Phase {
        switch state {
        case .startLine: input.isEmpty ? .idle : .head
        case .fields: .head
        case .body: .body
        case .failed: .idle
        }
    }

    /// The next event; `nil` until more bytes come. An error is final.
    package mutating func next() throws(MessageError) -> Event? {
        do throws(MessageError) {
            while true {
                switch state {
                case .failed(let error): throw error
                case .startLine:
                    guard let line = try startLine() else { return nil }
                    state = .fields(line)
                    target = line.target
                    section = FieldSection(limits: limits)
                case .fields(let line):
                    guard try section.read(from: &input) else { return nil }
                    let head = try begin(line)
                    state = .body(head)
                    if head.expectsContinue, input.isEmpty { return .expectsContinue }
                case .body(let head):
                    guard try reader.read(from: &input, into: &body) else { return nil }
                    defer { body = [] }
                    state = .startLine
                    target = nil
                    return .request(head, body: body)
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func startLine() throws(MessageError) -> RequestLine? {
        // Empty lines before a request are what some clients send behind a body (RFC 9112 2.2).
        while input.skipLineEnd() == true {}
        guard let line = try input.line(limit: limits.startLine, .startLineTooLong(limit: limits.startLine)) else {
            return nil
        }
        return try RequestLine(input.bytes[line])
    }

    /// The head is complete: how is its body framed?
    private mutating func begin(_ line: RequestLine) throws(MessageError) -> RequestHead {
        let fields = try MessageFields(section.fields)
        try checkHost(fields.hosts, line)
        let isChunked = try fields.isChunked(isOldVersion: line.isOldVersion)
        reader = isChunked ? .chunked(limits) : try .exactly(fields.contentLength ?? 0, limits)
        var expectsContinue = false
        // A 1.0 client's expectation is ignored (RFC 9110 10.1.1).
        if !line.isOldVersion, !fields.expectations.isEmpty {
            guard fields.expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
                throw .unknownExpectation
            }
            expectsContinue = isChunked || fields.contentLength ?? 0 > 0
        }
        return RequestHead(
            method: line.method, target: line.target, path: line.path, query: line.query,
            headerFields: section.fields, isOldVersion: line.isOldVersion,
            isPersistent: fields.isPersistent(isOldVersion: line.isOldVersion), expectsContinue: expectsContinue)
    }

    /// RFC 9112 3.2.
    private func checkHost(_ hosts: [String], _ line: RequestLine) throws(MessageError) {
        if hosts.count > 1 { throw .repeatedHost }
        guard let host = hosts.first else {
            if line.isOldVersion { return }
            throw .missingHost
        }
        guard host.utf8.allSatisfy({ $0.isVisible && !Self.outsideHost.contains($0) }) else { throw .malformedHost }
    }

    /// Visible characters that separate a host from what it is not (RFC 3986 3.2), and so are never part of one.
    private static let outsideHost = Set("\"#,/<>?@\\^`{|}".utf8)
}
