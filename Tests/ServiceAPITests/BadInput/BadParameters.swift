import HTTPTypes

/// Query parameters, header fields and paths that are not accepted.
enum BadParameters {
    static let query: [BadRequest] = [
        .parameter("/v1/workflows?limit=0", "limit", "a whole number from 1 to 1000, found '0'"),
        .parameter("/v1/workflows?limit=1001", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/workflows?limit=", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/workflows?limit=+5", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/workflows?limit=1e1", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/workflows?limit=99999999999999999999", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/workflows?limit=5&limit=5", "limit", "given 2 times"),
        .parameter("/v1/workflows?limits=5", "limits", "did you mean 'limit'?"),
        .parameter("/v1/workflows?a=1&limit=%zz", "limit", "two hexadecimal digits"),
        .parameter("/v1/workflows?a=1&li%ffmit=1", "li%ffmit", "not UTF-8"),
        .parameter("/v1/workflows?status=done", "status", "running, escalated, paused, completed, failed, cancelled"),
        .parameter("/v1/workflows?label=customer", "label", "as 'key:value'"),
        .parameter("/v1/workflows?label=0:a", "label", "as 'key:value'"),
        .parameter("/v1/workflows?label=a:\(BadPlans.long(129))", "label", "as 'key:value'"),
        .parameter(
            "/v1/workflows?\((0..<17).map { "label=l\($0):" }.joined(separator: "&"))", "label",
            "17 labels are more than the limit of 16"),
        .parameter("/v1/workflows?cursor=", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/workflows?cursor=2", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/workflows?cursor=\(BadPlans.long(257))", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/agents?cursor=000001795453200000:x", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/escalations?cursor=x", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/nodes?cursor=000001795453200000:x", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/workflows/\(BadBodies.workflow)/why?x", "x", "there is no such parameter here"),
        .parameter("/v1/task-types?cursor=0", "cursor", "the 'next_cursor' of the page before"),
        .parameter("/v1/task-types/a?x", "x", "there is no such parameter here"),
        .parameter(.put, "/v1/task-types/a?x", "x", "there is no such parameter here"),
        .parameter(.delete, "/v1/task-types/a?x", "x", "there is no such parameter here"),
        .parameter("/v1/nodes?status=alive", "status", "there is no such parameter here"),
        .parameter("/v1/agents?limit=a", "limit", "a whole number from 1 to 1000"),
        .parameter("/v1/escalations?status=closed", "status", "not one of: open, resolved"),
        .parameter("/v1/escalations?workflow_id=wf_x", "workflow_id", "'wf_x' is not a workflow's id"),
        .parameter("/v1/workflows/\(BadBodies.workflow)?wait=61s", "wait", "more than the limit of 1m"),
        .parameter(
            "/v1/workflows/\(BadBodies.workflow)?wait=5", "wait", "is not a duration: a whole number and a unit"),
        .parameter("/v1/workflows/\(BadBodies.workflow)?revision=-1", "revision", "expected a whole number from 0"),
        .parameter(
            "/v1/workflows/\(BadBodies.workflow)?revision=9223372036854775808", "revision",
            "expected a whole number from 0"),
        .parameter("/v1/workflows/\(BadBodies.workflow)/history?cursor=1", "cursor", "the 'next_cursor'"),
        .parameter("/v1/workflows/\(BadBodies.workflow)/history?cursor=1-a", "cursor", "the 'next_cursor'"),
        .parameter("/v1/agents/\(BadBodies.agent)?verbose=1", "verbose", "there is no such parameter here"),
        .parameter("/v1/escalations/\(BadBodies.escalation)?verbose", "verbose", "there is no such parameter here"),
        .parameter(.delete, "/v1/agents/\(BadBodies.agent)?force=1", "force", "there is no such parameter here"),
        .parameter(.post, "/v1/workflows?wait=1h", "wait", "more than the limit of 1m"),
        .parameter(.post, "/v1/workflows?dry=1", "dry", "there is no such parameter here"),
        .parameter(.post, "/v1/agents?wait=1s", "wait", "there is no such parameter here"),
        .parameter(.post, "/v1/agents/\(BadBodies.agent)/tasks?wait=2m", "wait", "more than the limit of 1m"),
        .parameter(.post, "/v1/agents/\(BadBodies.agent)/heartbeat?x", "x", "there is no such parameter here"),
        .parameter(.post, "/v1/workflows/\(BadBodies.workflow)/cancel?x", "x", "there is no such parameter here"),
        .parameter(.post, "/v1/tasks/\(BadBodies.task)/complete?x", "x", "there is no such parameter here"),
        .parameter(.post, "/v1/tasks/\(BadBodies.task)/fail?x", "x", "there is no such parameter here"),
        .parameter(.post, "/v1/tasks/\(BadBodies.task)/progress?x", "x", "there is no such parameter here"),
        .parameter(.post, "/v1/escalations/\(BadBodies.escalation)/resolve?x", "x", "there is no such parameter here"),
    ]

    static let fields: [BadRequest] = [
        header([.idempotencyKey: ""]), header([.idempotencyKey: "a b"]), header([.idempotencyKey: "schlüssel"]),
        header([.idempotencyKey: BadPlans.long(256)]),
        header(twice),
        media([.contentType: "text/plain"], "found text/plain"),
        media([.contentType: "application/json-seq"], "found application/json-seq"),
        media([.contentType: "app lication/json"], "found app lication/json"),
        media([.contentType: "application/json, text/plain"], "found application/json, text/plain"),
        media([.contentType: "te\"xt<script>"], "found te\"xt<script>"),
    ]

    private static var twice: HTTPFields {
        var fields: HTTPFields = [.idempotencyKey: "a"]
        fields.append(HTTPField(name: .idempotencyKey, value: "b"))
        return fields
    }

    /// Ids that are nobody's, and ids that cannot be anybody's.
    static let unknown: [BadRequest] = workflows + agents + tasks + escalations + taskTypes + resources

    private static let taskTypes: [BadRequest] = ["nobody-knows-it", "0", "%22", BadPlans.long(65)].flatMap { name in
        [HTTPRequest.Method.get, .delete].map { .unknown($0, "/v1/task-types/\(name)", "task-type", "No agent") }
    }

    private static let workflows: [BadRequest] = [
        BadBodies.workflow, "wf_1_00000000000000000000000000", "wf_x", "wf_%00", "%22%3Cb%3E", "%F0%9F%90%99",
    ].flatMap { id -> [BadRequest] in
        [
            .unknown(.get, "/v1/workflows/\(id)", "workflow"),
            .unknown(.get, "/v1/workflows/\(id)/history", "workflow"),
            .unknown(.get, "/v1/workflows/\(id)/why", "workflow"),
            .unknown(.get, "/v1/workflows/\(id)/history?cursor=1-0.0", "workflow"),
            .unknown(.post, "/v1/workflows/\(id)/cancel", "workflow"),
        ]
    }

    private static let agents: [BadRequest] = [
        BadBodies.agent, "agent_x", "agent_\(BadPlans.long(5000))",
    ].flatMap { id -> [BadRequest] in
        [
            .unknown(.get, "/v1/agents/\(id)", "agent"), .unknown(.delete, "/v1/agents/\(id)", "agent"),
            .unknown(.post, "/v1/agents/\(id)/heartbeat", "agent"),
            .unknown(.post, "/v1/agents/\(id)/tasks", "agent"),
        ]
    }

    private static let tasks: [BadRequest] = [BadBodies.task, "task_x"].flatMap { id in
        ["complete", "fail", "progress"].map { answer(id, $0) }
    }

    private static let escalations: [BadRequest] = [
        BadBodies.escalation, "esc_x", "esc_0_00000000000000000000000000_0",
    ].flatMap { id -> [BadRequest] in
        var resolve = BadRequest.unknown(.post, "/v1/escalations/\(id)/resolve", "escalation")
        resolve.body = Array(#"{"action": "skip", "by": "a", "reason": "b"}"#.utf8)
        return [.unknown(.get, "/v1/escalations/\(id)", "escalation"), resolve]
    }

    private static let resources: [BadRequest] = [
        "/v1", "/v1/workflows/", "/v2/workflows", "/healthz/x", "/v1/workflows/a/b", "//",
    ].map { path in
        var request = BadRequest.unknown(.get, path, "resource")
        request.says = "There is nothing at"
        return request
    }

    private static func answer(_ id: String, _ verb: String) -> BadRequest {
        let error = #""error": {"code": "a", "message": ""}"#
        let rest = ["complete": #", "result": 1"#, "fail": ", \(error)", "progress": ""][verb] ?? ""
        var request = BadRequest.unknown(.post, "/v1/tasks/\(id)/\(verb)", "task")
        request.body = Array(#"{"agent_id": "\#(BadBodies.agent)", "attempt": 1\#(rest)}"#.utf8)
        return request
    }

    private static func header(_ fields: HTTPFields) -> BadRequest {
        BadRequest(
            target: "/v1/workflows", headerFields: fields, body: good, status: 400, type: "invalid-parameter",
            part: "header", place: "Idempotency-Key", says: "1 to 255 visible ASCII characters")
    }

    private static func media(_ fields: HTTPFields, _ says: String) -> BadRequest {
        BadRequest(
            target: "/v1/workflows", headerFields: fields, body: good, status: 415, type: "unsupported-media-type",
            part: "header", place: "Content-Type", says: says)
    }

    private static let good = Array(#"{"name": "a", "steps": [{"id": "a", "task_type": "t"}]}"#.utf8)
}
