import HTTP
import HTTPTypes

/// Gives the node's figures in Prometheus's text format.
enum GetMetrics: Operation {
    static let id = "getMetrics"
    static let method = HTTPRequest.Method.get
    static let path = "/metrics"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        Response(
            status: .ok, headerFields: [.contentType: PrometheusRegistry.contentType],
            body: service.metrics.text())
    }
}
