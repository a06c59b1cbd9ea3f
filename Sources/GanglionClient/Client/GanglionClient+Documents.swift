import HTTPWire
import JSON

/// The service's answers as they stand, for programs that pass them on: what `ganglion --json` prints is what was
/// answered, fields that this client does not know included.
extension GanglionClient {
    package struct Query: Sendable {
        fileprivate var parameters: [(name: String, value: String)] = []

        package init() {}

        /// Nothing, if there is no value.
        package func with(_ name: String, _ value: String?) -> Query {
            var query = self
            if let value { query.parameters.append((name, value)) }
            return query
        }

        package func with(_ name: String, _ value: Int?) -> Query { with(name, value.map(String.init)) }
        package func with(wait: Duration) -> Query { with("wait", wait > .zero ? wait.wireText : nil) }

        package func with(labels: [String: String]) -> Query {
            labels.sorted(by: <).reduce(self) { $0.with("label", "\($1.key):\($1.value)") }
        }
    }

    /// What is at a path, whose parts may hold anything. `wait` is how long the service was asked to wait.
    package func read(
        _ path: [String], _ query: Query = Query(), wait: Duration = .zero
    ) async throws(GanglionError) -> JSONDocument {
        try await document(of: .get(Self.target(path, query), wait: wait))
    }

    /// Does something once. With a key it may be sent again, because the service recognises that.
    package func post(
        _ path: [String], _ query: Query = Query(), _ body: JSONDocument, idempotencyKey: String? = nil,
        wait: Duration = .zero
    ) async throws(GanglionError) -> JSONDocument {
        var call = Call.post(
            Self.target(path, query), body.json, isRepeatable: idempotencyKey != nil, wait: wait)
        if let idempotencyKey { try call.set("Idempotency-Key", idempotencyKey) }
        return try await document(of: call)
    }

    /// Calls `handle` for each event of a stream, as `watch` and `watchAll` do.
    package func follow(
        _ path: [String], _ query: Query = Query(), after place: String? = nil,
        _ handle: @escaping @Sendable (JSONDocument) async throws -> Void
    ) async throws {
        try await messages(from: Self.target(path, query), after: place) { message in
            try await handle(try JSONDocument(parsing: message.data))
        }
    }

    private func document(of call: Call) async throws(GanglionError) -> JSONDocument {
        guard let node = try await answer(to: call) else {
            throw .unexpectedAnswer("\(call.method) \(call.target) has no body")
        }
        return JSONDocument(node.text)
    }

    private static func target(_ path: [String], _ query: Query) -> Target {
        let target = path.reduce(Target()) { $0.appending($1) }
        return query.parameters.reduce(target) { $0.with($1.name, $1.value) }
    }
}

extension WorkflowStatus {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the workflow")) }
}

extension WorkflowSummary {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the workflow")) }
}

extension AcceptedPlan {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the plan")) }
}

extension Explanation {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the explanation")) }
}

extension HistoryEvent {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the event")) }
}

extension ServiceEvent {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the event")) }
}

extension Escalation {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the escalation")) }
}

extension Agent {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the agent")) }
}

extension TaskType {
    package init(_ document: JSONDocument) throws(GanglionError) { try self.init(Fields(document, "the task type")) }
}

extension Fields {
    fileprivate init(_ document: JSONDocument, _ subject: String) throws(GanglionError) {
        try self.init(JSONNode(document.json), subject)
    }
}
