import Coordination
import HTTP
import HTTPTypes
import JSON
import Sockets

/// A response that goes on: server-sent events (html.spec.whatwg.org, 9.2).
enum EventStream {
    /// Without an event for so long, a comment is sent: proxies keep the connection, and one that is dead is found out.
    static let silence = Duration.seconds(15)

    private static let headerFields: HTTPFields = {
        var fields: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // Nginx would hold events back (ngx_http_proxy_module, proxy_buffering).
        if let buffering = HTTPField.Name("X-Accel-Buffering") { fields[buffering] = "no" }
        return fields
    }()

    /// `events` hands over texts made by `append`; when it throws, the connection ends and the client comes again.
    static func response(_ events: @escaping @Sendable (ResponseWriter) async throws -> Void) -> Response {
        Response(
            status: .ok, headerFields: headerFields,
            body: .stream { writer in
                // So that the client knows at once that it is heard, and when to come again.
                try await writer.write(Array("retry: 1000\n\n".utf8))
                try await events(writer)
            })
    }

    static let comment = Array(":\n\n".utf8)

    /// `data` is without line breaks.
    static func append(id: HistoryPlace, type: String, data: JSONText, to bytes: inout [UInt8]) {
        bytes += "event: ".utf8
        bytes += type.utf8
        bytes += "\nid: ".utf8
        id.append(to: &bytes)
        bytes += "\ndata: ".utf8
        bytes += data.bytes
        bytes += "\n\n".utf8
    }

    /// After which event the client goes on: a browser that comes again names the last one that it had.
    static func place(in request: Request, _ query: inout QueryReader) throws(ProblemDocument) -> HistoryPlace? {
        let field = "Last-Event-ID"
        let after = try query.one("after")
        if let name = HTTPField.Name(field), let text = request.headerFields[name], !text.isEmpty {
            guard let place = HistoryPlace(text) else {
                throw .header(field, "expected the id of an event, found '\(text.prefix(64))'")
            }
            return place
        }
        guard let after else { return nil }
        guard let place = HistoryPlace(after) else {
            throw .parameter("after", "expected the id of an event, found '\(after.prefix(64))'")
        }
        return place
    }
}

extension JSONNode {
    /// The text of its member `type`.
    var type: String { member("type")?.string ?? "" }
}
