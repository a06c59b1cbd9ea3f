import HTTP
import HTTPTypes
import JSON
import Sockets
import TestKit
import Testing

extension RunningService {
    /// Sends a request, and checks the answer against the contract.
    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ headerFields: HTTPFields = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        var fields = headerFields
        if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        let request = ClientRequest(method, target, headerFields: fields, body: body ?? [])
        let answer = try await answer(to: request, timeout)
        checkContract(method, target, answer, sourceLocation)
        return answer
    }

    @discardableResult
    func get(
        _ target: String, _ headerFields: HTTPFields = [:], timeout: Duration = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send(.get, target, headerFields, timeout: timeout, sourceLocation: sourceLocation)
    }

    @discardableResult
    func post(
        _ target: String, _ body: JSONValue, _ headerFields: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send(.post, target, headerFields, body: JSONText(body).bytes, sourceLocation: sourceLocation)
    }

    @discardableResult
    func put(
        _ target: String, _ body: JSONValue, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send(.put, target, body: JSONText(body).bytes, sourceLocation: sourceLocation)
    }

    /// Sends bytes as they are on a connection of their own, and reads the one answer, or what there is of it.
    @discardableResult
    func exchange(
        _ bytes: [UInt8], _ method: HTTPRequest.Method, _ target: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let stream = try await SocketStream.connect(to: address, on: client.loop)
        // The service may close its side before it has read all.
        try? await stream.write(bytes)
        let answer = try await RawAnswer.read(from: stream, to: method)
        await stream.close()
        checkContract(method, target, answer, sourceLocation)
        return answer
    }

    /// Asks for a page, of which the contract does not speak.
    func page(
        _ target: String, _ headerFields: HTTPFields = [:], method: HTTPRequest.Method = .get
    ) async throws -> Answer {
        try await answer(to: ClientRequest(method, target, headerFields: headerFields, body: []), .seconds(30))
    }

    private func answer(to request: ClientRequest, _ timeout: Duration) async throws -> Answer {
        let response = try await client.send(request, timeout: timeout)
        return Answer(response.status, response.headerFields, response.body)
    }

    private func checkContract(
        _ method: HTTPRequest.Method, _ target: String, _ answer: Answer, _ sourceLocation: SourceLocation
    ) {
        let path = String(target.prefix { $0 != "?" })
        let violations = ContractDocument.shared.violations(of: answer, to: method, path)
        guard !violations.isEmpty else { return }
        let listed = violations.prefix(5).joined(separator: "\n")
        Issue.record("\(method) \(target.prefix(200))\n\(listed)\n\(answer)", sourceLocation: sourceLocation)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let traceparent = HTTPField.Name("traceparent")!
}
