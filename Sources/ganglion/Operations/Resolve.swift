import ArgumentParser
import GanglionClient

/// `ganglion resolve`: answers what a person is asked.
struct Resolve: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resolve an escalation.",
        discussion: """
            retry [payload]   begins anew, with another payload if one is given
            complete result   takes this as the step's result
            skip              goes on without a result
            fail              fails the step, and with it the workflow
            answer value      answers an agent's question

            Values are JSON, or @ and the file that has it. What somebody else was faster with is refused.

                ganglion resolve esc_0_3vq8k2m9x4c7t1n6r0h5w2j8pd_1 retry --reason "scan replaced"
                ganglion resolve 3vq8 complete '{"kind": "lease"}' --reason "read it myself"
                ganglion resolve 3vq8 answer '"yes"' --reason "asked the customer" --by ops
            """)

    @Argument(help: "The escalation's id, or its beginning.")
    var escalation: String

    @Argument(help: "What is decided.")
    var action: Action

    @Argument(help: ArgumentHelp("The payload, result or answer: JSON, or @file.", valueName: "value"))
    var value: String?

    @Option(help: ArgumentHelp("Why, for the record.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who, for the record (default: you).", valueName: "name"))
    var by: String?

    @OptionGroup(title: "Service") var service: ServiceOptions

    enum Action: String, CaseIterable, ExpressibleByArgument {
        case retry, complete, skip, fail, answer

        /// The field that the value is; `nil` if there is none.
        var field: String? {
            switch self {
            case .retry: "payload"
            case .complete: "result"
            case .answer: "answer"
            case .skip, .fail: nil
            }
        }

        var needsValue: Bool { self == .complete || self == .answer }
    }

    func validate() throws {
        if action.needsValue, value == nil {
            throw ValidationError("'\(action.rawValue)' needs a value: JSON, or @file")
        }
        if action.field == nil, value != nil { throw ValidationError("'\(action.rawValue)' takes no value") }
    }

    func run(_ session: ServiceSession) async throws {
        let id = try await Lookup(session: session).escalation(escalation)
        var members: [(String, JSONDocument)] = [
            ("action", .string(action.rawValue)), ("by", .string(by ?? ServiceSession.person)),
            ("reason", .string(reason)),
        ]
        if let value, let field = action.field { members.append((field, try InputValue.json(value, of: field))) }
        let document = try await session.client.post(
            ["v1", "escalations", id, "resolve"], GanglionClient.Query(), .object(members))
        try session.print(document) { EscalationPage.lines(try Escalation(document)) }
    }
}
