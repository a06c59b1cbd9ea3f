import HTTPTypes
import JSON
import Testing

/// A request that is refused, and what its sender is told.
struct BadRequest: Sendable, CustomTestStringConvertible {
    var method = HTTPRequest.Method.post
    var target: String
    var headerFields: HTTPFields = [:]
    var body: [UInt8]?
    var status: Int
    /// The last part of the problem's type.
    var type: String
    /// `pointer`, `parameter` or `header`; without one the problem names no place.
    var part: String?
    var place = ""
    /// What the detail of the place, or else of the whole, has to say.
    var says: String

    var testDescription: String {
        let shown = body.map { String(decoding: $0.prefix(80), as: UTF8.self) } ?? ""
        return "\(method) \(target.prefix(80)) \(shown): \(says)"
    }

    /// A body that is JSON and not what the operation takes.
    static func body(_ target: String, _ json: String, at pointer: String, _ says: String) -> BadRequest {
        BadRequest(
            target: target, body: Array(json.utf8), status: 422, type: "invalid-request", part: "pointer",
            place: pointer, says: says)
    }

    /// A body that is not JSON as it is taken here.
    static func notJSON(_ bytes: [UInt8], at pointer: String, _ says: String) -> BadRequest {
        BadRequest(
            target: "/v1/workflows", body: bytes, status: 400, type: "malformed-request", part: "pointer",
            place: pointer, says: says)
    }

    static func parameter(_ target: String, _ name: String, _ says: String) -> BadRequest {
        parameter(.get, target, name, says)
    }

    static func parameter(
        _ method: HTTPRequest.Method, _ target: String, _ name: String, _ says: String
    ) -> BadRequest {
        BadRequest(
            method: method, target: target, status: 400, type: "invalid-parameter", part: "parameter", place: name,
            says: says)
    }

    static func unknown(
        _ method: HTTPRequest.Method, _ target: String, _ thing: String, _ says: String? = nil
    ) -> BadRequest {
        let body = method == .post ? "{}" : nil
        return BadRequest(
            method: method, target: target, body: body.map { Array($0.utf8) }, status: 404, type: "unknown-\(thing)",
            says: says ?? thing)
    }

    func check(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
        #expect(answer.type == "/problems/\(type)", sourceLocation: sourceLocation)
        guard let part else {
            #expect(answer.detail.contains(says), "\(answer)", sourceLocation: sourceLocation)
            return
        }
        let details = answer["errors"].elements.filter { $0[part] == .string(place) }.compactMap { $0["detail"].string }
        #expect(details.contains { $0.contains(says) }, "\(answer)", sourceLocation: sourceLocation)
    }
}
