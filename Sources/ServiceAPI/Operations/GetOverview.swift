import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Says in figures how everything stands.
enum GetOverview: Operation {
    static let id = "getOverview"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/overview"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        let overview = try await asking { () async throws(CoordinationError) in
            try await service.node.overview(on: request.loop)
        }
        return .json(capacity: 1024) { overview.write(to: &$0) }
    }
}

extension Overview {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("at", at)
        writer.group("workflows") { writer in
            for status in WorkflowStatus.allCases { writer.field(status.rawValue, counts.workflows[status] ?? 0) }
        }
        writer.group("escalations") { $0.field("open", counts.openEscalations) }
        writer.group("agents") { writer in
            writer.field("alive", agents)
            writer.field("slots", slots)
            writer.field("running", running)
        }
        writer.group("nodes") { $0.field("alive", nodes) }
        writer.group("finished") { writer in
            writer.field("completed", finished.completed)
            writer.field("failed", finished.failed)
            writer.field("cancelled", finished.cancelled)
        }
        writer.group("durations") { writer in
            writer.name("bounds_ms")
            writer.array(FinishedWorkflows.bounds) { $0.integer($1.wholeMilliseconds) }
            writer.name("counts")
            writer.array(finished.durations) { $0.integer(Int64($1)) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func group(_ name: String, _ write: (inout JSONWriter) -> Void) {
        self.name(name)
        object(write)
    }
}
