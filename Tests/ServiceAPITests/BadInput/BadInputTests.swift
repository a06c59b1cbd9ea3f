import HTTP
import HTTPTypes
import JSON
import Testing

/// Whatever is wrong with a request is told with its place and with what would be right, and nothing is half-done.
///
/// No test of this suite makes anything, so that each can see that nothing was made.
@Suite("Bad input", .service, .timeLimit(.minutes(1)))
struct BadInputTests {
    private func refuse(_ requests: [BadRequest]) async throws {
        let service = try suiteService()
        for request in requests {
            let answer = try await service.send(
                request.method, request.target, request.headerFields, body: request.body)
            request.check(answer)
        }
        #expect(try await service.keys() == [])
        #expect(try await service.get("/v1/workflows")["workflows"] == [])
    }

    @Test("A plan that is wrong as a whole", arguments: BadPlans.documents)
    func document(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("A plan with a step that is wrong", arguments: BadPlans.steps)
    func step(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("What agents send", arguments: BadBodies.agents + BadBodies.answers)
    func agents(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("What programs send that coordinate workflows", arguments: BadBodies.programs)
    func programs(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("What people send", arguments: BadBodies.people)
    func people(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("Query parameters", arguments: BadParameters.query)
    func query(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("Header fields", arguments: BadParameters.fields)
    func fields(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("Ids and paths that nothing has", arguments: BadParameters.unknown)
    func unknown(_ request: BadRequest) async throws { try await refuse([request]) }

    @Test("Everything that is wrong is told at once, up to fifty places")
    func atOnce() async throws {
        let service = try suiteService()
        let steps = (0..<200).map { #"{"id": "\#($0)", "task_type": "t", "timeout": "x"}"# }.joined(separator: ",")
        let few = try await service.send(.post, "/v1/workflows", body: Array(#"{"nme": 1, "steps": []}"#.utf8))
        #expect(few["errors"].elements.map { $0["pointer"] } == ["/name", "/nme"])
        #expect(few.detail == "The body has 2 problems.")
        let many = try await service.send(.post, "/v1/workflows", body: Array(#"{"steps": [\#(steps)]}"#.utf8))
        #expect(many["errors"].elements.count == 50)
        #expect(many.detail == "The body has 50 problems or more.")
    }

    @Test("A body needs a content type, and an operation that can do without a body needs none")
    func noContentType() async throws {
        let service = try suiteService()
        let request = "POST /v1/workflows HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        let answer = try await service.exchange(Array(request.utf8), .post, "/v1/workflows")
        #expect(answer.status == 415)
        #expect(
            answer["errors"][0] == ["header": "Content-Type", "detail": "expected application/json, found nothing"])
        for type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;q=1"] {
            let answer = try await service.send(.post, "/v1/workflows", [.contentType: type], body: Array("{}".utf8))
            #expect(answer.status == 422)
        }
        let cancel = try await service.send(.post, "/v1/workflows/\(BadBodies.workflow)/cancel")
        #expect(cancel.status == 404)
    }

    @Test("A body over the limit, with its length said and in chunks")
    func tooLarge() async throws {
        let service = try suiteService()
        let head = "POST /v1/workflows?wait=1s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let known = try await service.exchange(
            Array("\(head)Content-Length: 1048577\r\n\r\n".utf8), .post, "/v1/workflows")
        let chunk = "10000\r\n\(String(repeating: " ", count: 0x10000))\r\n"
        let chunks = "\(head)Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 17)
        let chunked = try await service.exchange(Array(chunks.utf8), .post, "/v1/workflows")
        for answer in [known, chunked] {
            #expect(answer.status == 413)
            #expect(answer.type == "/problems/body-too-large")
            #expect(answer.detail == "The body is larger than 1048576 bytes.")
            #expect(answer["instance"] == "/v1/workflows")
        }
    }

    @Test("A method that a path does not have, with those that it has")
    func method() async throws {
        let service = try suiteService()
        var paths: [String: Set<String>] = [:]
        for operation in ContractDocument.shared.operations {
            paths[operation.path, default: ["OPTIONS"]].insert(operation.method.rawValue)
            if operation.method == .get { paths[operation.path]?.insert("HEAD") }
        }
        for (path, methods) in paths {
            let target = path.replacing("{workflow_id}", with: "x").replacing("{agent_id}", with: "x")
                .replacing("{task_id}", with: "x").replacing("{escalation_id}", with: "x")
            let allowed = methods.sorted().joined(separator: ", ")
            for method in [HTTPRequest.Method.patch, .put] {
                let answer = try await service.send(method, target)
                #expect(answer.status == 405)
                #expect(answer.type == "/problems/method-not-allowed")
                #expect(answer.headerFields[.allow] == allowed)
                #expect(answer.detail == "\(method) is not allowed here; allowed are \(allowed).")
            }
            let options = try await service.send(.options, target)
            #expect(options.status == 204)
            #expect(options.headerFields[.allow] == allowed)
        }
        let brew = try await service.send(HTTPRequest.Method("BREW")!, "/v1/workflows")
        #expect(brew.status == 501)
        #expect(brew.type == "/problems/not-implemented")
    }

    @Test("What a path holds comes back escaped, and its place is a URI reference")
    func escaping() async throws {
        let service = try suiteService()
        for target in ["/v1/workflows/wf_\"<b>\\{x}", "/\"'`^|<>", "/v1/%22%5C%0A%7F"] {
            let answer = try await service.get(target)
            #expect(answer.status == 404)
        }
        let malformed = try await service.get("/v1/workflows/%zz")
        #expect(malformed.status == 400)
        #expect(
            malformed.detail == "The path cannot be decoded: In '%zz' a '%' is not followed by two hexadecimal digits.")
        let bytes = Array("POST /v1/agents HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Type: a".utf8)
        let type = try await service.exchange(bytes + [0xFF, 0xC3, 0x22] + Array("\r\n\r\n".utf8), .post, "/v1/agents")
        #expect(type.status == 415)
    }
}
