/// The name of one workflow: the partition it lives in and 128 random bits, as `wf_<partition>_<26 characters>`.
///
/// The text is safe in URLs and Redis keys: it holds digits, lower-case letters and underscores only. Task and
/// escalation ids carry it, so that whoever holds one of them can find the workflow without an index.
package struct WorkflowID: Hashable, Sendable, CustomStringConvertible {
    package let partition: Int
    package let token: RandomToken

    package init(partition: Int, token: RandomToken) {
        self.partition = partition
        self.token = token
    }

    package init?(_ text: String) {
        guard let parts = IdentifierText.split(text, prefix: "wf", numbers: 0) else { return nil }
        self = parts.workflow
    }

    package var description: String { "wf_\(suffix)" }

    /// What task and escalation ids repeat of their workflow.
    var suffix: String { "\(partition)_\(token)" }
}
