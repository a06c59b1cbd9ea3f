import HTTPTypes
package import JSON
import OrderedCollections

/// What the service answered, its JSON read.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headerFields: HTTPFields
    let bytes: [UInt8]
    /// `null` where the body is not JSON.
    let body: JSONValue

    init(_ status: HTTPResponse.Status, _ headerFields: HTTPFields, _ bytes: [UInt8]) {
        self.status = status.code
        self.headerFields = headerFields
        self.bytes = bytes
        // What an answer wraps around a client's JSON may lie deeper than the client's may.
        let text = try? JSONText(validating: bytes, limits: JSONLimits(maximumDepth: 80))
        body = text.map(JSONValue.init(parsing:)) ?? .null
    }

    var type: String { body["type"].string ?? "" }
    var detail: String { body["detail"].string ?? "" }

    /// An escalation as lists have it.
    var listed: JSONValue {
        guard case .object(var members) = body else { return body }
        members["results"] = nil
        return .object(members)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    subscript(name: String) -> JSONValue { body[name] }

    var description: String {
        "\(status) \(headerFields.map { "\($0.name): \($0.value)" }) \(text.prefix(1000))"
    }
}

/// Looking into JSON: what is not there is `null`.
extension JSONValue {
    subscript(name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSONValue {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }

    var string: String? { if case .string(let string) = self { string } else { nil } }
    var integer: Int? { if case .integer(let integer) = self { Int(integer) } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var members: JSONObject { if case .object(let members) = self { members } else { [:] } }
    var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(uniqueKeysWithValues: elements))
    }
}
