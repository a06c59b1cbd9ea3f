import HTTP
import HTTPTypes
import JSON

/// Answers whose body is a JSON object.
extension Response {
    static func json(
        _ status: HTTPResponse.Status = .ok, _ fields: HTTPFields = [:], capacity: Int = 256,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: capacity)
        writer.object(write)
        var fields = fields
        fields[.contentType] = "application/json"
        return Response(status: status, headerFields: fields, body: writer.bytes)
    }
}
