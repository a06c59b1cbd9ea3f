import Contract
import HTTP
import HTTPTypes

/// Gives the API's contract.
enum GetContract: Operation {
    static let id = "getContract"
    static let method = HTTPRequest.Method.get
    static let path = "/openapi.yaml"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        Response(status: .ok, headerFields: [.contentType: "application/yaml"], body: Contract.yaml)
    }
}
