import Contract
import HTTPTypes
import JSON
import OrderedCollections
import Yams

/// openapi.yaml, read so that answers can be held against it.
struct ContractDocument: Sendable {
    static let shared = try! ContractDocument(yaml: String(decoding: Contract.yaml, as: UTF8.self))

    let root: JSONValue
    let operations: [Operation]

    struct Operation: Sendable, Hashable {
        let id: String
        let method: HTTPRequest.Method
        let path: String
        let description: JSONValue

        var name: String { "\(id): \(method) \(path)" }
    }

    init(yaml: String) throws {
        let root = try JSONValue(yaml: yaml)
        self.root = root
        operations = root["paths"].members.flatMap { path, item in
            item.members.compactMap { name, description in
                description["operationId"].string.flatMap { id in
                    HTTPRequest.Method(rawValue: name.uppercased()).map {
                        Operation(id: id, method: $0, path: path, description: description)
                    }
                }
            }
        }
    }

    /// What a reference leads to; anything else is itself.
    func resolved(_ node: JSONValue) -> JSONValue {
        guard let reference = node["$ref"].string else { return node }
        return resolved(reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] })
    }

    /// The operation whose path a request's path is.
    func operation(_ method: HTTPRequest.Method, _ path: String) -> Operation? {
        let method = method == .head ? .get : method
        return operations.first { $0.method == method && Self.matches(path, $0.path) }
    }

    private static func matches(_ path: String, _ template: String) -> Bool {
        let (segments, names) = (
            path.split(separator: "/", omittingEmptySubsequences: false),
            template.split(
                separator: "/", omittingEmptySubsequences: false)
        )
        return segments.count == names.count
            && zip(segments, names).allSatisfy { $1.hasPrefix("{") ? !$0.isEmpty : $0 == $1 }
    }
}

extension ContractDocument {
    /// What the contract's introduction allows of every operation.
    private static let general: Set<Int> = [405, 408, 414, 417, 431, 500, 501, 505]

    /// Where an answer is not what the contract says.
    func violations(of answer: Answer, to method: HTTPRequest.Method, _ path: String) -> [String] {
        let leaks = leaks(in: answer, at: path)
        if !leaks.isEmpty { return leaks }
        guard let operation = operation(method, path) else { return problems(of: answer, method) }
        let described = operation.description["responses"]["\(answer.status)"]
        if described.isNull {
            if Self.general.contains(answer.status) { return problems(of: answer, method) }
            return ["\(operation.id) has no response \(answer.status)"]
        }
        return violations(of: answer, method, by: resolved(described))
    }

    /// What a problem document must not hold, and what its `instance` has to be.
    private func leaks(in answer: Answer, at path: String) -> [String] {
        guard answer.status >= 400, !answer.bytes.isEmpty else { return [] }
        let internals = [
            "Optional(", "ganglion:{", ".swift", "user_script", "JSONText", "EVALSHA", "script:", "unix:", "/tmp",
            "WorkflowCore",
        ]
        var found = internals.filter(answer.text.contains).map { "it leaks \($0)" }
        if answer.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { found.append("a control byte is not escaped") }
        let isPlain = path.utf8.allSatisfy { !"\"<>\\^`{|}".utf8.contains($0) } && !path.contains("%zz")
        if isPlain, answer["instance"] != .string(path) { found.append("'instance' is not the path") }
        return found
    }

    private func violations(
        of answer: Answer, _ method: HTTPRequest.Method, by response: JSONValue
    ) -> [String] {
        var checker = SchemaChecker(contract: self)
        for (name, header) in response["headers"].members {
            guard let field = HTTPField.Name(name), let text = answer.headerFields[field] else {
                checker.problems.append("the header \(name) is missing")
                continue
            }
            let schema = resolved(header)["schema"]
            let value = schema["type"] == "integer" ? Int64(text).map(JSONValue.integer) : nil
            checker.check(value ?? .string(text), schema, at: "header \(name)")
        }
        let content = response["content"].members
        guard !content.isEmpty, method != .head else {
            if !answer.bytes.isEmpty { checker.problems.append("there is a body where none is") }
            return checker.problems
        }
        let type = answer.headerFields[.contentType].map { String($0.prefix { $0 != ";" }) } ?? "nothing"
        guard let described = content[type] else { return checker.problems + ["the content type is \(type)"] }
        let isJSON = type.hasSuffix("json")
        if isJSON, (try? JSONText(validating: answer.bytes, limits: JSONLimits(maximumDepth: 80))) == nil {
            return checker.problems + ["the body is not JSON"]
        }
        let text = String(decoding: answer.bytes, as: UTF8.self)
        checker.check(isJSON ? answer.body : .string(text), described["schema"], at: "")
        return checker.problems
    }

    /// For what no operation answers: problem documents, and what they have to have.
    private func problems(of answer: Answer, _ method: HTTPRequest.Method) -> [String] {
        if answer.status == 204, method == .options {
            let isWhole = answer.headerFields[.allow] != nil && answer.headerFields[.contentType] == nil
            return isWhole ? [] : ["OPTIONS is answered with Allow, and without a content type"]
        }
        let component = answer.status == 405 ? "MethodNotAllowed" : "BadRequest"
        var found = violations(of: answer, method, by: root["components"]["responses"][component])
        if method != .head, answer["status"].integer != answer.status { found.append("the body has another status") }
        return found
    }
}

extension JSONValue {
    /// YAML by its core schema (yaml.org/spec/1.2.2, 10.3.2): only what is plain and looks so is no string.
    init(yaml: String) throws {
        guard let node = try Yams.compose(yaml: yaml) else { throw ContractUnreadable(reason: "it is empty") }
        try self.init(node)
    }

    private init(_ node: Node) throws {
        switch node {
        case .scalar(let scalar): self = Self.scalar(scalar, node)
        case .sequence(let sequence): self = .array(try sequence.map { try JSONValue($0) })
        case .mapping(let mapping):
            self = .object(
                JSONObject(
                    try mapping.map { name, value in (name.scalar?.string ?? "", try JSONValue(value)) },
                    uniquingKeysWith: { first, _ in first }))
        default: throw ContractUnreadable(reason: "it has an alias")
        }
    }

    private static func scalar(_ scalar: Node.Scalar, _ node: Node) -> JSONValue {
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "null", "~": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let integer = Int64(scalar.string) { return .integer(integer) }
        let looksLikeNumber = scalar.string.allSatisfy { $0.isNumber || ".eE+-".contains($0) }
        if looksLikeNumber, let double = Double(scalar.string) { return .double(double) }
        return .string(scalar.string)
    }
}

struct ContractUnreadable: Error {
    let reason: String
}
