/// Why an attempt, a step or a workflow did not succeed: a code for programs and a message for people.
package struct Failure: Hashable, Sendable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    // The codes that Ganglion itself gives; an agent's failures carry the agent's own.
    package static let timeoutCode = "timeout"
    package static let heartbeatTimeoutCode = "heartbeat_timeout"
    package static let queueTimeoutCode = "queue_timeout"
    package static let agentLostCode = "agent_lost"
    package static let expressionCode = "expression_failed"
    package static let deadlineCode = "deadline_exceeded"
    package static let resolvedCode = "failed_by_resolution"
    package static let damagedCode = "damaged"
    package static let stuckCode = "stuck"

    /// A person decided so.
    package static func byResolution(by: String, reason: String?) -> Failure {
        Failure(code: resolvedCode, message: "failed by \(by)\(reason.map { ": \($0)" } ?? "")")
    }
}
