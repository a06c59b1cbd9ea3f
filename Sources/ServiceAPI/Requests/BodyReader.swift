import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads a request's body as a JSON object, strictly; all that is wrong with it is told at once.
struct BodyReader {
    var fields: JSONObjectReader
    var problems = JSONProblems()

    /// `isRequired` is false for operations that can do without a body; they see an empty object then.
    init(_ request: Request, isRequired: Bool = true) throws(ProblemDocument) {
        let isAbsent = !isRequired && request.body.isEmpty
        let text = isAbsent ? JSONText(unchecked: Array("{}".utf8)) : try request.json()
        guard let fields = JSONObjectReader(JSONNode(text), at: "", problems: &problems) else {
            throw .invalid(problems.list)
        }
        self.fields = fields
    }

    /// Throws what was collected, unread fields included.
    mutating func finish() throws(ProblemDocument) {
        fields.finish(problems: &problems)
        if !problems.list.isEmpty { throw .invalid(problems.list) }
    }

    /// For what `finish` has let through: a required field that is not there would have been a problem.
    func require<Value>(_ value: Value?) throws(ProblemDocument) -> Value {
        guard let value else { throw .invalid(problems.list) }
        return value
    }

    // MARK: Fields that several operations have

    mutating func agentID() -> AgentID? {
        guard let text = fields.required(string: "agent_id", problems: &problems) else { return nil }
        if let id = AgentID(text) { return id }
        problems.add(fields.pointer("agent_id"), "'\(text.prefix(64))' is not an agent's id")
        return nil
    }

    mutating func attempt() -> Int? {
        fields.required(integer: "attempt", in: 1...Int(Int32.max), problems: &problems)
    }

    /// The tasks that an agent works on.
    mutating func running() -> [TaskID] {
        guard let nodes = fields.optional(array: "running", problems: &problems) else { return [] }
        if nodes.count > Self.maximumTasks {
            problems.add(fields.pointer("running"), "\(nodes.count) are more than the limit of \(Self.maximumTasks)")
            return []
        }
        var tasks: [TaskID] = []
        for (index, node) in nodes.enumerated() {
            if let id = node.string.flatMap(TaskID.init) {
                tasks.append(id)
            } else {
                problems.add("\(fields.pointer("running"))/\(index)", "expected a task's id")
            }
        }
        return tasks
    }

    static let maximumTasks = 1000

    mutating func actor(isRequired: Bool) -> String? {
        isRequired
            ? fields.required(string: "by", length: 1...128, problems: &problems)
            : fields.optional(string: "by", length: 1...128, problems: &problems)
    }

    mutating func reason(isRequired: Bool) -> String? {
        isRequired
            ? fields.required(string: "reason", length: 1...1024, problems: &problems)
            : fields.optional(string: "reason", length: 1...1024, problems: &problems)
    }
}

extension Request {
    /// The body as JSON (RFC 8259), with the limits that the contract names.
    func json() throws(ProblemDocument) -> JSONText {
        let type = headerFields[.contentType]
        guard let type, Self.isJSON(type) else { throw .mediaType(type) }
        do throws(JSONError) {
            return try JSONText(validating: body)
        } catch {
            throw .notJSON(error)
        }
    }

    /// `application/json`, in any case and with any parameters (RFC 9110 8.3.1).
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        let rest = contentType.dropFirst(type.count).drop { $0 == " " || $0 == "\t" }
        return type.lowercased() == "application/json" && (rest.isEmpty || rest.first == ";")
    }
}
