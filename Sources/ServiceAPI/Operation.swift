import HTTP
import HTTPTypes

/// One operation of openapi.yaml: where it is, and how it answers.
protocol Operation: Sendable {
    /// Its `operationId`.
    static var id: String { get }
    static var method: HTTPRequest.Method { get }
    /// Its path, with `{parameters}`.
    static var path: String { get }

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response
}
