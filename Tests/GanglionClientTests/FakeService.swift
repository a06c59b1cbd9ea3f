import GanglionClient
import HTTP
import HTTPTypes
import Sockets
import TestKit

/// A request as a fake service got it.
struct Seen: Sendable, CustomStringConvertible {
    let method: String
    let target: String
    let headerFields: HTTPFields
    let body: [UInt8]

    init(_ request: Request) {
        method = request.method.rawValue
        target = request.target
        headerFields = request.headerFields
        body = request.body
    }

    var json: JSONDocument { (try? JSONDocument(parsing: body)) ?? .null }
    var description: String { "\(method) \(target)" }
}

extension Response {
    static func json(_ status: Int, _ document: JSONDocument, _ fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.contentType] = "application/json"
        return Response(status: .init(code: status), headerFields: fields, body: document.bytes)
    }

    static func problem(_ status: Int, _ type: String, retryAfter: Int? = nil) -> Response {
        var fields: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        let document: JSONDocument = [
            "type": .string("/problems/\(type)"), "title": .string(type), "status": .integer(status),
            "detail": "So it is.", "instance": "/",
        ]
        return Response(status: .init(code: status), headerFields: fields, body: document.bytes)
    }
}

extension Router {
    static func fake() -> Router {
        Router { unmatched, request in .problem(unmatched.status.code, "no-route-for-\(request.path)") }
    }
}

/// Serves, on a port of its own unless told otherwise, for as long as the body runs.
func withService<Result: Sendable>(
    _ responder: any Responder, at address: SocketAddress = .internet(host: "127.0.0.1", port: 0),
    body: (SocketAddress, EventLoop) async throws -> Result
) async throws -> Result {
    try await withEventLoops { group in
        let server = Server(
            addresses: [address], loops: group, responder: responder, logger: .quiet,
            onProblem: { .problem($0.status.code, "malformed-request") })
        let address = try await server.start()[0]
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.run() }
            defer { tasks.cancelAll() }
            return try await body(address, group.loops[0])
        }
    }
}

/// A client whose service answers one request after the other from a list, and the requests that it got.
func withAnswers<Result: Sendable>(
    _ answers: Response..., options: GanglionClient.Options = .init(),
    body: (GanglionClient, EventLog<Seen>) async throws -> Result
) async throws -> Result {
    let seen = EventLog<Seen>()
    let responder = ListResponder(answers: answers, seen: seen)
    return try await withService(responder) { address, loop in
        try await body(GanglionClient(address, on: loop, options: options), seen)
    }
}

private struct ListResponder: Responder {
    let answers: [Response]
    let seen: EventLog<Seen>

    func respond(to request: Request) async -> Response {
        seen.record(Seen(request))
        let place = seen.count - 1
        return answers.indices.contains(place) ? answers[place] : .problem(500, "no-answer-left")
    }
}
