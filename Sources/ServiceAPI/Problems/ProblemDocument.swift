import HTTP
import HTTPTypes
import JSON

/// What went wrong, for programs and for people (RFC 9457).
struct ProblemDocument: Error {
    /// The last part of its `type`.
    var name: String
    var title: String
    var status: HTTPResponse.Status
    var detail: String
    /// Each place that is wrong.
    var places: [Place] = []
    var headerFields: HTTPFields = [:]
    /// Members beside the standard ones, by name, in order.
    var members: [(name: String, value: JSONText)] = []
    /// What only the log is told.
    var cause: String?

    /// Where something is wrong, and what is allowed there.
    struct Place {
        enum Part: String {
            case pointer, header, parameter
        }

        let part: Part
        let name: String
        let detail: String
    }

    func response(at path: String) -> Response {
        var fields = headerFields
        fields[.contentType] = "application/problem+json"
        return Response(status: status, headerFields: fields, body: json(at: path).bytes)
    }

    func json(at path: String) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writeMembers(to: &writer)
            writer.field("instance", URIReference.text(of: path))
            if !places.isEmpty {
                writer.name("errors")
                writer.array(places) { writer, place in
                    writer.object { writer in
                        writer.field(place.part.rawValue, place.name)
                        writer.field("detail", place.detail)
                    }
                }
            }
            for (name, value) in members { writer.field(name, raw: value) }
        }
        return writer.text
    }

    /// The same for those who read: what is wrong, and under it each place.
    var text: String {
        (["\(title): \(detail)"] + places.map { "\($0.name): \($0.detail)" }).joined(separator: "\n")
    }

    /// What every problem has.
    func writeMembers(to writer: inout JSONWriter) {
        writer.field("type", "/problems/\(name)")
        writer.field("title", title)
        writer.field("status", status.code)
        writer.field("detail", detail)
    }
}

// MARK: What clients do wrong

extension ProblemDocument {
    static func notJSON(_ error: JSONError) -> ProblemDocument {
        ProblemDocument(
            name: "malformed-request", title: "Malformed request", status: .badRequest,
            detail: "The body is not JSON as it is taken here: at byte \(error.offset): \(error.reason)",
            places: [Place(part: .pointer, name: error.pointer, detail: error.reason)])
    }

    static func mediaType(_ found: String?) -> ProblemDocument {
        ProblemDocument(
            name: "unsupported-media-type", title: "Unsupported media type", status: .unsupportedMediaType,
            detail: "The body has to be application/json.",
            places: [
                Place(
                    part: .header, name: "Content-Type",
                    detail: "expected application/json, found \(found.map { String($0.prefix(128)) } ?? "nothing")")
            ])
    }

    static func invalid(_ problems: [JSONProblem]) -> ProblemDocument {
        ProblemDocument(
            name: "invalid-request", title: "Invalid request", status: .unprocessableContent,
            detail: detail(counting: problems.count),
            places: problems.map { Place(part: .pointer, name: $0.pointer, detail: $0.detail) })
    }

    private static func detail(counting problems: Int) -> String {
        if problems == 1 { return "The body has a problem." }
        return "The body has \(problems) problems\(problems < JSONProblems.limit ? "" : " or more")."
    }

    static func parameter(_ name: String, _ detail: String) -> ProblemDocument {
        let name = String(name.prefix(64))
        return ProblemDocument(
            name: "invalid-parameter", title: "Invalid parameter", status: .badRequest,
            detail: "The query parameter '\(name)' cannot be taken as it is: \(detail)",
            places: [Place(part: .parameter, name: name, detail: detail)])
    }

    static func header(_ name: String, _ detail: String) -> ProblemDocument {
        ProblemDocument(
            name: "invalid-parameter", title: "Invalid parameter", status: .badRequest,
            detail: "The header field '\(name)' cannot be taken as it is: \(detail)",
            places: [Place(part: .header, name: name, detail: detail)])
    }

    /// `thing` is one of workflow, agent, task, escalation.
    static func unknown(_ thing: String, _ id: some CustomStringConvertible) -> ProblemDocument {
        let article = "aeiou".contains(thing.prefix(1)) ? "an" : "a"
        let id = id.description
        return ProblemDocument(
            name: "unknown-\(thing)", title: "Unknown \(thing)", status: .notFound,
            detail: id.isEmpty ? "There is not \(article) \(thing) here." : "No \(thing) has the id '\(id.prefix(80))'."
        )
    }
}

extension ProblemDocument {
    static func unknownTaskType(_ name: String) -> ProblemDocument {
        ProblemDocument(
            name: "unknown-task-type", title: "Unknown task type", status: .notFound,
            detail: "No agent is capable of '\(name.prefix(80))', no task is of that type, and nothing is set for it.")
    }
}

// MARK: What does not go together

extension ProblemDocument {
    static func unavailable(_ reason: String) -> ProblemDocument {
        ProblemDocument(
            name: "unavailable", title: "Unavailable", status: .serviceUnavailable,
            detail: "Not now: \(reason). Asking again is safe.", headerFields: [.retryAfter: "1"])
    }

    static func conflict(_ name: String, _ title: String, _ detail: String) -> ProblemDocument {
        ProblemDocument(name: name, title: title, status: .conflict, detail: detail)
    }
}
