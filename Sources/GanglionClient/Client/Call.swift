import HTTP
import HTTPTypes
import HTTPWire
import JSON

/// One operation of the API with its arguments, ready to be sent as often as needed.
struct Call: Sendable {
    var method: HTTPRequest.Method
    var target: String
    var headerFields: HTTPFields
    var body: [UInt8]
    /// Doing it twice is the same as once, or the service recognises the second time.
    var isRepeatable: Bool
    /// How long the service may hold the answer back, because it was asked to wait.
    var wait = Duration.zero

    private static let jsonFields: HTTPFields = [.contentType: "application/json"]

    static func get(_ target: Target, wait: Duration = .zero) -> Call {
        Call(method: .get, target: target.text, headerFields: [:], body: [], isRepeatable: true, wait: wait)
    }

    static func delete(_ target: Target) -> Call {
        Call(method: .delete, target: target.text, headerFields: [:], body: [], isRepeatable: true)
    }

    static func put(_ target: Target, _ write: (inout JSONWriter) -> Void) -> Call {
        var writer = JSONWriter()
        writer.object(write)
        return Call(
            method: .put, target: target.text, headerFields: jsonFields, body: writer.bytes, isRepeatable: true)
    }

    static func post(_ target: Target, _ body: JSONText, isRepeatable: Bool, wait: Duration = .zero) -> Call {
        Call(
            method: .post, target: target.text, headerFields: jsonFields, body: body.bytes,
            isRepeatable: isRepeatable, wait: wait)
    }

    static func post(
        _ target: Target, isRepeatable: Bool, wait: Duration = .zero, _ write: (inout JSONWriter) -> Void
    ) -> Call {
        var writer = JSONWriter()
        writer.object(write)
        return post(target, writer.text, isRepeatable: isRepeatable, wait: wait)
    }
}

/// A request's path and query, put together from text that may hold anything.
struct Target {
    private(set) var text: String
    private var hasQuery = false

    /// Texts at even places are the path's own words, those at odd places are values of the caller.
    init(_ parts: String...) {
        text = ""
        for (place, part) in parts.enumerated() {
            text += place.isMultiple(of: 2) ? part : PercentEncoding.encode(part)
        }
    }

    /// With one more part of the path, which may hold anything.
    func appending(_ part: String) -> Target {
        var target = self
        target.text += "/" + PercentEncoding.encode(part)
        return target
    }

    /// Adds a query parameter, unless there is nothing to say.
    func with(_ name: String, _ value: String?) -> Target {
        guard let value else { return self }
        var target = self
        target.text += "\(hasQuery ? "&" : "?")\(name)=\(PercentEncoding.encode(value))"
        target.hasQuery = true
        return target
    }

    func with(_ name: String, _ value: Int?) -> Target { with(name, value.map(String.init)) }

    /// A wait of no time is not asked for.
    func with(wait: Duration) -> Target { with("wait", wait > .zero ? wait.wireText : nil) }
}
