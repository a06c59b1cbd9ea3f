import ArgumentParser
import GanglionClient

/// `ganglion notify`: whom the service tells of what happens.
struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the webhooks of a service.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell a webhook something now, and see whether it takes that.",
            discussion: """
                Its status is 0 only if the receiver took the message.

                    ganglion notify test legal
                """)

        @Argument(help: ArgumentHelp("The webhook.", valueName: "name"))
        var name: String

        @Option(help: ArgumentHelp("The service.", valueName: "url"))
        var url = "http://127.0.0.1:8080"

        func run() async throws {
            let test: Webhook.Test
            do throws(GanglionError) {
                test = try await GanglionClient(url).testWebhook(name)
            } catch {
                throw ValidationError("\(error)")
            }
            guard test.isDelivered else {
                print("'\(name)' was not told: \(test.reason ?? "for an unknown reason")")
                throw ExitCode.failure
            }
            print("'\(name)' was told; it answered \(test.status ?? 200).")
        }
    }
}
