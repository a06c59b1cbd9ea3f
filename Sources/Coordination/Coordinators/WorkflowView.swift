package import WorkflowCore

/// A workflow as committed last, and who coordinates it.
package struct WorkflowView: Sendable {
    package let workflow: Workflow
    package let revision: Int
    /// When this revision was stored.
    package let committedAt: Instant
    package let node: NodeID?
    package let takeovers: Int
    /// Why nobody coordinates it until a person has decided.
    package var quarantine: Failure?

    /// Where it stands, which the workflow itself does not know in quarantine.
    package var status: WorkflowStatus { quarantine == nil ? workflow.status : .escalated }
}
