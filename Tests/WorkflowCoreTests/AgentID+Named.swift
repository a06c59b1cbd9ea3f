import WorkflowCore

/// The agents of the transcripts, by first names.
extension AgentID {
    static let ada = AgentID(token: RandomToken(high: 0, low: 1))
    static let bob = AgentID(token: RandomToken(high: 0, low: 2))
    static let eve = AgentID(token: RandomToken(high: 0, low: 3))

    var firstName: String {
        switch self {
        case .ada: "ada"
        case .bob: "bob"
        case .eve: "eve"
        default: description
        }
    }
}
