import WorkflowCore

/// The agents and nodes of the tests, by first names.
extension AgentID {
    static let ada = AgentID(token: RandomToken(high: 0, low: 1))
    static let bob = AgentID(token: RandomToken(high: 0, low: 2))
    static let eve = AgentID(token: RandomToken(high: 0, low: 3))
}

extension NodeID {
    static let north = NodeID(token: RandomToken(high: 1, low: 1))
    static let south = NodeID(token: RandomToken(high: 1, low: 2))
    static let west = NodeID(token: RandomToken(high: 1, low: 3))
}
