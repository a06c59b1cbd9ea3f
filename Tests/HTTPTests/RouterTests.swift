import HTTP
import HTTPTypes
import HTTPWire
import Sockets
import Testing

@Suite("Routes")
struct RouterTests {
    private let router: Router
    private let loop: EventLoop

    init() throws {
        var router = Router { reason, _ in Response(status: reason.status, body: Array("\(reason)".utf8)) }
        let routes: [(HTTPRequest.Method, String)] = [
            (.get, "/"), (.get, "/v1/workflows"), (.post, "/v1/workflows"), (.get, "/v1/workflows/{workflow_id}"),
            (.get, "/v1/workflows/search"), (.post, "/v1/workflows/{workflow_id}/cancel"),
            (.get, "/v1/workflows/{id}/steps/{step_id}"), (.post, "/v1/workflows/search/now"),
        ]
        for (method, template) in routes {
            router.on(method, template) { request in
                let parameters = request.parameters.items.map { " \($0.name)=\($0.value)" }.joined()
                return Response(status: .ok, body: Array("\(method) \(template)\(parameters)".utf8))
            }
        }
        self.router = router
        loop = try EventLoop(name: "router")
    }

    private func response(_ method: String, _ path: String) async throws -> Response {
        let method = try #require(HTTPRequest.Method(method))
        return await router.respond(to: Request(method: method, target: path, path: path, loop: loop))
    }

    private func text(_ response: Response) -> String {
        guard case .bytes(let bytes) = response.body else { return "a stream" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "A path finds its template",
        arguments: [
            ("GET", "/", "GET /"), ("GET", "/v1/workflows", "GET /v1/workflows"),
            ("POST", "/v1/workflows", "POST /v1/workflows"),
            ("GET", "/v1/workflows/wf_1", "GET /v1/workflows/{workflow_id} workflow_id=wf_1"),
            // A literal is preferred to a parameter, unless it leads nowhere.
            ("GET", "/v1/workflows/search", "GET /v1/workflows/search"),
            ("POST", "/v1/workflows/search/cancel", "POST /v1/workflows/{workflow_id}/cancel workflow_id=search"),
            ("POST", "/v1/workflows/search/now", "POST /v1/workflows/search/now"),
            ("GET", "/v1/workflows/a/steps/b", "GET /v1/workflows/{id}/steps/{step_id} id=a step_id=b"),
            // Split first, decoded then.
            ("GET", "/v1/workflows/a%2Fb%20c", "GET /v1/workflows/{workflow_id} workflow_id=a/b c"),
            ("GET", "/v1/workflows/%73earch", "GET /v1/workflows/search"),
            ("HEAD", "/v1/workflows/wf_1", "GET /v1/workflows/{workflow_id} workflow_id=wf_1"),
        ])
    func found(_ method: String, _ path: String, _ expected: String) async throws {
        let response = try await response(method, path)
        #expect(response.status == .ok)
        #expect(text(response) == expected)
    }

    @Test(
        "A path without a route: 404",
        arguments: [
            "/v1", "/v1/", "/v1/workflows/", "/v1/workflows//cancel", "/v2", "//", "/v1/workflows/a/b", "*", "",
        ])
    func notFound(_ path: String) async throws {
        #expect(try await response("GET", path).status == .notFound)
    }

    @Test("A path that cannot be decoded: 400", arguments: ["/v1/workflows/%", "/%ff", "/v1/%zz/x"])
    func malformed(_ path: String) async throws {
        #expect(try await response("GET", path).status == .badRequest)
    }

    @Test(
        "A method without a handler: 405 and what is allowed; one that nobody knows: 501",
        arguments: [
            ("DELETE", "/v1/workflows", 405, "GET, HEAD, OPTIONS, POST"),
            ("GET", "/v1/workflows/a/cancel", 405, "OPTIONS, POST"),
            ("HEAD", "/v1/workflows/a/cancel", 405, "OPTIONS, POST"),
            ("OPTIONS", "/v1/workflows/a/cancel", 204, "OPTIONS, POST"),
            ("OPTIONS", "*", 204, "GET, HEAD, OPTIONS, POST"),
            ("OPTIONS", "/nowhere", 404, nil), ("BREW", "/v1/workflows", 501, nil), ("BREW", "/nowhere", 501, nil),
            ("get", "/", 501, nil),
        ])
    func otherMethods(_ method: String, _ path: String, _ status: Int, _ allow: String?) async throws {
        let response = try await response(method, path)
        #expect(response.status.code == status)
        #expect(response.headerFields[.allow] == allow)
    }

    @Test("Routes are listed as they were added")
    func listing() {
        #expect(router.routes.count == 8)
        #expect(router.routes[5] == Router.Route(method: .post, template: "/v1/workflows/{workflow_id}/cancel"))
    }
}
