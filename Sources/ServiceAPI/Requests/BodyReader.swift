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
        var tasks: [TaskID] = []
        for (pointer, node) in runningNodes() { task(node, at: pointer).map { tasks.append($0) } }
        return tasks
    }

    /// The same, each as its id or as an object that has more to say of it.
    mutating func runningWithFingerprints() -> (tasks: [TaskID], fingerprints: [TaskID: String]) {
        var tasks: [TaskID] = []
        var fingerprints: [TaskID: String] = [:]
        for (pointer, node) in runningNodes() {
            guard node.kind == .object else {
                task(node, at: pointer).map { tasks.append($0) }
                continue
            }
            guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { continue }
            let id = fields.required("task_id", problems: &problems).flatMap { task($0, at: "\(pointer)/task_id") }
            let fingerprint = fields.fingerprint(problems: &problems)
            fields.finish(problems: &problems)
            guard let id else { continue }
            tasks.append(id)
            fingerprints[id] = fingerprint
        }
        return (tasks, fingerprints)
    }

    private mutating func runningNodes() -> [(pointer: String, node: JSONNode)] {
        guard let nodes = fields.optional(array: "running", problems: &problems) else { return [] }
        let pointer = fields.pointer("running")
        if nodes.count > Self.maximumTasks {
            problems.add(pointer, "\(nodes.count) are more than the limit of \(Self.maximumTasks)")
            return []
        }
        return nodes.enumerated().map { ("\(pointer)/\($0)", $1) }
    }

    private mutating func task(_ node: JSONNode, at pointer: String) -> TaskID? {
        if let id = node.string.flatMap(TaskID.init) { return id }
        problems.add(pointer, "expected a task's id")
        return nil
    }

    static let maximumTasks = 1000

    /// What an agent says of its load: an object of numbers.
    mutating func load() -> JSONText? {
        guard let node = fields.optional(object: "load", problems: &problems) else { return nil }
        let pointer = fields.pointer("load")
        if node.members.count > Self.maximumFigures {
            problems.add(pointer, "\(node.members.count) figures are more than the limit of \(Self.maximumFigures)")
        }
        for (name, value) in node.members {
            let place = "\(pointer)/\(JSONPointer.escaped(name))"
            if !Identifier.isValid(name) {
                problems.add(place, "'\(name.prefix(80))' is not a figure: \(Identifier.rule())")
            }
            if value.double == nil { problems.add(place, "expected a number, found \(value.kind)") }
        }
        return node.text
    }

    private static let maximumFigures = 32

    mutating func actor(isRequired: Bool) -> String? {
        isRequired
            ? fields.required(string: "by", length: 1...128, problems: &problems)
            : fields.optional(string: "by", length: 1...128, problems: &problems)
    }

    mutating func claimDuration() -> Duration? {
        guard let duration = fields.duration("for", problems: &problems) else { return nil }
        let range = Handling.Claim.range
        if range.contains(duration) { return duration }
        problems.add(
            fields.pointer("for"), "expected \(range.lowerBound.text) to \(range.upperBound.text)")
        return nil
    }

    /// Whose an escalation is to be; `null` for nobody's.
    mutating func assignee() -> String? {
        guard let node = fields.required("to", problems: &problems), node.kind != .null else { return nil }
        return fields.optional(string: "to", length: Handling.nameRange, problems: &problems)
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
