import JSON

/// A message of JSON-RPC 2.0 (jsonrpc.org/specification, 4 and 5) as the Model Context Protocol has it: ids are texts
/// or numbers, and parameters are objects.
enum RPCMessage: Sendable {
    case request(RPCRequest)
    /// Tells something, and is not answered.
    case notification
    /// Answers a question, and none was asked.
    case answer

    /// Members that are not known are passed over: later revisions of the protocol may have them.
    init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let count = problems.list.count
        let version = fields.required(string: "jsonrpc", problems: &problems)
        if let version, version != "2.0" {
            problems.add(fields.pointer("jsonrpc"), "expected '2.0', found '\(version.prefix(32))'")
        }
        let id = fields.optional("id")
        if let id, id.kind != .string, id.kind != .number {
            problems.add(fields.pointer("id"), "expected a string or a number, found \(id.kind)")
        }
        let isAnswer = node.member("result") != nil || node.member("error") != nil
        let method = isAnswer ? nil : fields.required(string: "method", problems: &problems)
        let parameters = fields.optional(object: "params", problems: &problems)
        guard problems.list.count == count else { return nil }
        guard let method else {
            self = .answer
            return
        }
        self = id.map { .request(RPCRequest(id: $0.text, method: method, parameters: parameters)) } ?? .notification
    }

    /// More would hold a connection for long: they are answered one after the other.
    static let maximumBatch = 16

    /// A message alone, or those of a batch.
    static func list(_ node: JSONNode) throws(ProblemDocument) -> [RPCMessage] {
        var problems = JSONProblems()
        let isBatch = node.kind == .array
        let nodes = isBatch ? node.elements : [node]
        guard (1...maximumBatch).contains(nodes.count) else {
            problems.add("", "expected 1 to \(maximumBatch) messages in a batch, found \(nodes.count)")
            throw .invalid(problems.list)
        }
        let messages = nodes.enumerated().compactMap { index, node in
            RPCMessage(node, at: isBatch ? "/\(index)" : "", problems: &problems)
        }
        if !problems.list.isEmpty { throw .invalid(problems.list) }
        return messages
    }
}

/// A question that wants an answer.
struct RPCRequest: Sendable {
    /// As it was written, to be given back so.
    let id: JSONText
    let method: String
    let parameters: JSONNode?

    /// The whole answer to it.
    func answer(_ outcome: Result<JSONText, RPCError>) -> JSONText {
        let size = if case .success(let result) = outcome { result.bytes.count } else { 0 }
        var writer = JSONWriter(reservingCapacity: size + 256)
        writer.object { writer in
            writer.field("jsonrpc", "2.0")
            writer.field("id", raw: id)
            switch outcome {
            case .success(let result): writer.field("result", raw: result)
            case .failure(let error):
                writer.name("error")
                writer.object { error.write(to: &$0) }
            }
        }
        return writer.text
    }
}
