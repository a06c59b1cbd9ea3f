import ArgumentParser
import GanglionClient

/// `ganglion notify`: whom the service tells of what happens.
struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the webhooks of a service.", subcommands: [Test.self])

    struct Test: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell a webhook something now, and see whether it takes that.",
            discussion: """
                Its status is 0 only if the receiver took the message.

                    ganglion notify test legal
                """)

        @Argument(help: ArgumentHelp("The webhook.", valueName: "name"))
        var name: String

        @OptionGroup(title: "Service") var service: ServiceOptions

        func run(_ session: ServiceSession) async throws {
            let document = try await session.client.post(
                ["v1", "webhooks", name, "test"], GanglionClient.Query(), [:])
            let isDelivered = document["delivered"].bool ?? false
            let reason = document["reason"].string ?? "for an unknown reason"
            guard isDelivered || session.isJSON else {
                throw CommandError(.refused, "'\(name)' was not told: \(reason)".printable)
            }
            session.print(document) {
                [StyledText("'\(name)' was told; it answered \(document["status"].integer ?? 200).", .good)]
            }
            if !isDelivered { throw ExitCode.failure }
        }
    }
}
