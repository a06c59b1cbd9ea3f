import HTTP
import HTTPTypes
import HTTPWire
import JSON

/// A stream of events as far as it was read.
struct EventStreamAnswer: Sendable {
    let status: Int
    let contentType: String?
    var messages: [EventStreamParser.Message] = []

    var types: [String] { messages.map(\.type) }
}

extension RunningService {
    /// Reads a stream to its end, or until what was read is enough.
    func stream(
        _ target: String, after place: String? = nil,
        until isEnough: @escaping @Sendable (EventStreamAnswer) -> Bool = { _ in false }
    ) async throws -> EventStreamAnswer {
        var fields: HTTPFields = [:]
        if let place, let name = HTTPField.Name("Last-Event-ID") { fields[name] = place }
        return try await client.withResponse(to: ClientRequest(.get, target, headerFields: fields)) { response in
            var answer = EventStreamAnswer(
                status: response.status.code, contentType: response.headerFields[.contentType])
            var parser = EventStreamParser()
            while !isEnough(answer), let piece = try await response.next(timeout: .seconds(30)) {
                answer.messages += parser.feed(piece)
            }
            return answer
        }
    }
}
