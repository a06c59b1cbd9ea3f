import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Streams what happens to a workflow, from its beginning or a place on, until it has ended.
enum WatchWorkflow: Operation {
    static let id = "watchWorkflow"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/events"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        var query = try QueryReader(request)
        let place = try EventStream.place(in: request, &query)
        try query.finish()
        let loop = request.loop
        let node = service.node
        let isOver = try await asking { () async throws(CoordinationError) in
            try await node.hasNothing(of: id, after: place, on: loop)
        }
        // What a browser does not come again after (9.2.3).
        if isOver { return Response(status: .noContent) }
        return EventStream.response { writer in
            try await node.follow(id, after: place, silence: EventStream.silence, on: loop) { entries in
                try await writer.write(text(of: entries))
            }
        }
    }

    private static func text(of entries: [HistoryEntry]) -> [UInt8] {
        if entries.isEmpty { return EventStream.comment }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(320 * entries.count)
        for entry in entries {
            var writer = JSONWriter(reservingCapacity: 256)
            writer.object { entry.write(to: &$0) }
            EventStream.append(id: entry.place, type: JSONNode(entry.event).type, data: writer.text, to: &bytes)
        }
        return bytes
    }
}
