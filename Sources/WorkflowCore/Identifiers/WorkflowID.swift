import ASCII
import JSON

/// The name of one workflow: the partition it lives in and 128 random bits, as `wf_<partition>_<26 characters>`.
///
/// The text is safe in URLs and Redis keys: it holds digits, lower-case letters and underscores only. Task and
/// escalation ids carry it, so that whoever holds one of them can find the workflow without an index.
package struct WorkflowID: Hashable, Sendable, PlainText {
    package let partition: Int
    package let token: RandomToken

    package init(partition: Int, token: RandomToken) {
        self.partition = partition
        self.token = token
    }

    package init?(_ text: String) {
        guard let id = IdentifierText.workflow(text, prefix: "wf_") else { return nil }
        self = id
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes += "wf_".utf8
        appendSuffix(to: &bytes)
    }

    /// What the ids of all that belongs to it repeat, and the number that some have.
    func appendSuffix(to bytes: inout [UInt8], number: Int? = nil) {
        bytes.append(decimal: partition)
        bytes.append(UInt8(ascii: "_"))
        token.append(to: &bytes)
        if let number {
            bytes.append(UInt8(ascii: "_"))
            bytes.append(decimal: number)
        }
    }
}
