import Foundation
import JSON
import OrderedCollections
import Synchronization

/// Checks values against the contract's schemas: JSON Schema 2020-12, of it exactly the keywords that the contract has,
/// so that a new one fails until it is understood here.
///
/// Stricter than the standard in one thing: a member that no schema speaks of is a violation, although answers are open
/// to new ones. What the service says and the contract does not is a hole in the contract.
struct SchemaChecker {
    let contract: ContractDocument
    var problems: [String] = []

    init(contract: ContractDocument) {
        self.contract = contract
    }

    static let annotations: Set<String> = ["description", "default", "title", "example"]
    static let keywords: Set<String> = [
        "$ref", "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "exclusiveMinimum",
        "maximum", "required",
        "properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "items", "minItems",
        "maxItems",
        "uniqueItems", "allOf", "anyOf", "oneOf", "if", "then",
    ]

    /// Notes what is wrong with a value that the schema describes alone.
    mutating func check(_ value: JSONValue, _ schema: JSONValue, at place: String) {
        guard let known = apply(schema, to: value, place) else { return }
        for name in value.members.keys where !known.contains(name) {
            problems.append("\(place)/\(name): no schema speaks of it")
        }
    }

    /// Applies one of the schemas that describe a value, and tells which members it speaks of; `nil` if of none.
    private mutating func apply(_ schema: JSONValue, to value: JSONValue, _ place: String) -> Set<String>? {
        for keyword in schema.members.keys where !Self.keywords.union(Self.annotations).contains(keyword) {
            problems.append("\(place): the keyword '\(keyword)' is not known to the checker")
        }
        checkScalar(value, schema, place)
        checkArray(value, schema, place)
        var known = checkObject(value, schema, place)
        var others = schema["allOf"].elements
        if !schema["$ref"].isNull { others.append(contract.resolved(["$ref": schema["$ref"]])) }
        for other in others { known = Self.union(known, apply(other, to: value, place)) }
        for (keyword, isEnough) in [("anyOf", { $0 > 0 }), ("oneOf", { $0 == 1 })] as [(String, (Int) -> Bool)] {
            guard !schema[keyword].isNull else { continue }
            var matches = 0
            for other in schema[keyword].elements {
                let (isMatch, names) = matching(other, value, place)
                guard isMatch else { continue }
                matches += 1
                known = Self.union(known, names)
            }
            if !isEnough(matches) { problems.append("\(place): \(matches) of \(keyword) match") }
        }
        if !schema["if"].isNull, matching(schema["if"], value, place).isMatch {
            known = Self.union(known, apply(schema["then"], to: value, place))
        }
        return known
    }

    private func matching(
        _ schema: JSONValue, _ value: JSONValue, _ place: String
    ) -> (isMatch: Bool, names: Set<String>?) {
        var trial = SchemaChecker(contract: contract)
        let names = trial.apply(schema, to: value, place)
        return (trial.problems.isEmpty, names)
    }

    private static func union(_ left: Set<String>?, _ right: Set<String>?) -> Set<String>? {
        guard let left, let right else { return left ?? right }
        return left.union(right)
    }

    // MARK: Kinds of values

    private mutating func checkScalar(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        if let type = schema["type"].string, !value.is(type) { problems.append("\(place): not of the type \(type)") }
        let types = schema["type"].elements.compactMap(\.string)
        if !types.isEmpty, !types.contains(where: value.is) { problems.append("\(place): not one of \(types)") }
        if !schema["enum"].isNull, !schema["enum"].elements.contains(value) {
            problems.append("\(place): \(value) is not one of \(schema["enum"].elements)")
        }
        if !schema["const"].isNull, schema["const"] != value { problems.append("\(place): not \(schema["const"])") }
        if let number = value.number {
            if let minimum = schema["minimum"].number, number < minimum { problems.append("\(place): too small") }
            if let bound = schema["exclusiveMinimum"].number, number <= bound { problems.append("\(place): too small") }
            if let maximum = schema["maximum"].number, number > maximum { problems.append("\(place): too large") }
        }
        guard let string = value.string else { return }
        // Bytes, not characters: the contract says so.
        if let least = schema["minLength"].integer, string.utf8.count < least { problems.append("\(place): too short") }
        if let most = schema["maxLength"].integer, string.utf8.count > most { problems.append("\(place): too long") }
        if let pattern = schema["pattern"].string, !Patterns.shared.matches(string, pattern) {
            problems.append("\(place): '\(string)' does not match \(pattern)")
        }
        if let format = schema["format"].string, !Self.has(string, format: format) {
            problems.append("\(place): '\(string)' is no \(format)")
        }
    }

    private mutating func checkArray(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        guard case .array(let elements) = value else { return }
        if let least = schema["minItems"].integer, elements.count < least { problems.append("\(place): too few") }
        if let most = schema["maxItems"].integer, elements.count > most { problems.append("\(place): too many") }
        if schema["uniqueItems"] == true, Set(elements).count < elements.count {
            problems.append("\(place): an element stands twice")
        }
        guard !schema["items"].isNull else { return }
        for (index, element) in elements.enumerated() { check(element, schema["items"], at: "\(place)/\(index)") }
    }

    private mutating func checkObject(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> Set<String>? {
        guard case .object(let members) = value else { return nil }
        for name in schema["required"].elements.compactMap(\.string) where members[name] == nil {
            problems.append("\(place)/\(name): missing")
        }
        if let least = schema["minProperties"].integer, members.count < least { problems.append("\(place): too few") }
        if let most = schema["maxProperties"].integer, members.count > most { problems.append("\(place): too many") }
        if !schema["propertyNames"].isNull {
            for name in members.keys { check(.string(name), schema["propertyNames"], at: "\(place)/\(name)") }
        }
        let (properties, additional) = (schema["properties"], schema["additionalProperties"])
        for (name, member) in members {
            if let described = properties.members[name] {
                check(member, described, at: "\(place)/\(name)")
            } else if additional == false {
                problems.append("\(place)/\(name): not allowed")
            } else if case .object = additional {
                check(member, additional, at: "\(place)/\(name)")
            }
        }
        if case .object = additional { return Set(members.keys) }
        return properties.isNull ? nil : Set(properties.members.keys)
    }

    private static func has(_ string: String, format: String) -> Bool {
        switch format {
        case "date-time": (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(string)) != nil
        case "json-pointer": Patterns.shared.matches(string, "^(/([^~/]|~[01])*)*$")
        case "uri-reference":
            Patterns.shared.matches(string, #"^([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$"#)
        default: false
        }
    }
}

extension JSONValue {
    fileprivate func `is`(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
            ("integer", .integer), ("number", .integer), ("number", .double):
            true
        default: false
        }
    }
}

/// Regular expressions, compiled once each.
private final class Patterns: Sendable {
    static let shared = Patterns()
    private let compiled = Mutex<[String: NSRegularExpression]>([:])

    func matches(_ string: String, _ pattern: String) -> Bool {
        let expression = compiled.withLock { compiled in
            let known = compiled[pattern] ?? (try? NSRegularExpression(pattern: pattern))
            compiled[pattern] = known
            return known
        }
        let whole = NSRange(string.startIndex..., in: string)
        return expression?.firstMatch(in: string, range: whole) != nil
    }
}
