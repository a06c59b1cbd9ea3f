import JSON

/// What a transition has parsed so far for its expressions. They see the input and steps that have ended, and neither
/// changes any more; but kept beyond the transition it would be the larger part of a workflow's memory.
struct ParsedValues: Sendable {
    var input: JSONValue?
    var steps: [Int: JSONValue] = [:]
    private var members: [Int?: [String: JSONNode]] = [:]

    /// The members of a step's result, or of the input for `nil`, found once.
    mutating func members(of step: Int?, _ text: JSONText) -> [String: JSONNode] {
        if let known = members[step] { return known }
        let found = Dictionary(JSONNode(text).members.map { ($0.name, $0.node) }) { first, _ in first }
        members[step] = found
        return found
    }
}
