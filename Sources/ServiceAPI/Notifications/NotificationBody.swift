import Coordination
import JSON
import WorkflowCore

/// What a webhook is told of an event: as JSON for programs, or as a message for Slack or Teams.
struct NotificationBody {
    /// `nil` of a test.
    let workflow: WorkflowID?
    /// As the history has it.
    let event: JSONText
    /// The escalation that it is about, if it can be read.
    let escalation: StoredEscalation?

    func bytes(for webhook: Webhook, at now: Instant) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1024)
        switch webhook.template {
        case .json: writer.object { writeJSON(to: &$0, at: now) }
        case .slack: writer.object { $0.field("text", Self.escapedForSlack(text) + slackLink(webhook)) }
        case .teams: writer.object { writeCard(to: &$0, webhook) }
        }
        return writer.bytes
    }

    private var members: JSONNode { JSONNode(event) }
    private func string(_ name: String) -> String? { members.member(name)?.string }

    // MARK: For programs

    private func writeJSON(to writer: inout JSONWriter, at now: Instant) {
        writer.field("type", string("type") ?? "")
        writer.field("timestamp", string("at") ?? "")
        writer.name("data")
        writer.object { writer in
            writer.field("workflow_id", optional: workflow)
            for (name, value) in members.members where name != "type" && name != "at" {
                writer.field(name, raw: value.text)
            }
            if let escalation {
                writer.name("escalation")
                writer.object { escalation.writeLine(to: &$0, at: now) }
            }
        }
    }

    // MARK: For people

    /// What happened, in a line or two.
    private var text: String {
        let kind = string("type") ?? ""
        var text = kind.replacing("_", with: " ")
        text = text.prefix(1).uppercased() + text.dropFirst()
        if let escalation { text += " (\(escalation.kind.rawValue.replacing("_", with: " ")))" }
        if let workflow { text += ": \(escalation?.workflowName ?? workflow.description)" }
        if let step = string("step_id") { text += ", step \(step)" }
        if let action = string("action") { text += ", \(action)" }
        if let person = string("by") { text += " by \(person)" }
        if let assignee = string("assignee") ?? escalation?.handling.assignee { text += ", for \(assignee)" }
        let said = string("reason") ?? (members.member("error") ?? members.member("failure"))?.member("message")?.string
        return text + (said.map { "\n\($0.prefix(1000))" } ?? "")
    }

    private func link(_ webhook: Webhook) -> String? {
        guard let base = webhook.linkBase else { return nil }
        if let escalation { return "\(base)/v1/escalations/\(escalation.id)" }
        return base + (workflow.map { "/v1/workflows/\($0)" } ?? "/")
    }

    /// api.slack.com/reference/surfaces/formatting, "Escaping text": three characters control.
    private static func escapedForSlack(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private func slackLink(_ webhook: Webhook) -> String { link(webhook).map { "\n<\($0)|Open>" } ?? "" }

    /// An Adaptive Card in the message that Teams' workflows take (adaptivecards.io, version 1.4).
    private func writeCard(to writer: inout JSONWriter, _ webhook: Webhook) {
        writer.field("type", "message")
        writer.name("attachments")
        writer.array(CollectionOfOne(())) { writer, _ in
            writer.object { writer in
                writer.field("contentType", "application/vnd.microsoft.card.adaptive")
                writer.name("content")
                writer.object { writer in
                    writer.field("type", "AdaptiveCard")
                    writer.field("version", "1.4")
                    writer.name("body")
                    writer.array(CollectionOfOne(text)) { writer, text in
                        writer.object { writer in
                            writer.field("type", "TextBlock")
                            writer.field("text", text)
                            writer.field("wrap", true)
                        }
                    }
                    guard let link = link(webhook) else { return }
                    writer.name("actions")
                    writer.array(CollectionOfOne(link)) { writer, link in
                        writer.object { writer in
                            writer.field("type", "Action.OpenUrl")
                            writer.field("title", "Open")
                            writer.field("url", link)
                        }
                    }
                }
            }
        }
    }
}
