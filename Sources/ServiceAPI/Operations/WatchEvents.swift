import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Streams what happens to all workflows, from now or a place on.
enum WatchEvents: Operation {
    static let id = "watchEvents"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/events"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let place = try EventStream.place(in: request, &query)
        let name = try query.one("workflow_name")
        let labels = try query.labels()
        let types = try query.several("type", as: HistoryEvent.Kind.self)
        try query.finish()
        let filter = ServiceEventFilter(name: name, labels: labels, types: Set(types))
        let loop = request.loop
        let node = service.node
        try await asking { () async throws(CoordinationError) in try node.checkReady() }
        return EventStream.response { writer in
            try await node.followAll(filter, after: place, silence: EventStream.silence, on: loop) { events in
                try await writer.write(text(of: events))
            }
        }
    }

    private static func text(of events: [ServiceEvent]) -> [UInt8] {
        if events.isEmpty { return EventStream.comment }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(384 * events.count)
        for event in events {
            var writer = JSONWriter(reservingCapacity: 320)
            var type = "gap"
            writer.object { writer in
                writer.field("id", event.place)
                guard case .event(let event) = event.what else { return writer.field("type", type) }
                let node = JSONNode(event.event)
                type = node.type
                writer.field("workflow_id", event.workflow)
                writer.field("workflow_name", event.name)
                for (name, value) in node.members { writer.field(name, raw: value.text) }
            }
            EventStream.append(id: event.place, type: type, data: writer.text, to: &bytes)
        }
        return bytes
    }
}
