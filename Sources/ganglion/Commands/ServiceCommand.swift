import ArgumentParser
import GanglionClient
import Glibc
import Logging

/// A command that asks a service. What goes wrong is told on standard error, and ends it with the status of its kind.
protocol ServiceCommand: AsyncParsableCommand, Sendable {
    var service: ServiceOptions { get }
    func run(_ session: ServiceSession) async throws
}

extension ServiceCommand {
    func run() async throws {
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: .text, level: .error)
        }
        do {
            try await attempt()
        } catch let error as CommandError {
            Terminal.error.print(service.json ? error.document.text : "Error: \(error)")
            throw error.exitCode
        }
    }

    private func attempt() async throws {
        let session: ServiceSession
        do {
            session = try ServiceSession(service)
        } catch let error as SettingsError {
            throw CommandError(.refused, error.description)
        }
        do {
            try await Interruption.ends { try await run(session) }
        } catch let error as GanglionError {
            throw CommandError(error, at: session.address)
        }
    }
}

/// One command's way to the service, and to whoever called it.
struct ServiceSession: Sendable {
    let client: GanglionClient
    /// For what goes on for long: it outlasts a service that is started again.
    let follower: GanglionClient
    let address: ServiceAddress
    let isJSON: Bool
    let terminal = Terminal.standard

    /// Long enough for a service that is being restarted behind its address, and short for whoever waits for an answer.
    private static let patience = Duration.seconds(2)
    private static let longPatience = Duration.seconds(60)

    init(_ options: ServiceOptions) throws {
        address = try ServiceAddress.find(url: options.url, profile: options.profile) { name in
            let text = unsafe getenv(name).map { unsafe String(cString: $0) }
            return text?.isEmpty == false ? text : nil
        }
        var clientOptions = GanglionClient.Options()
        clientOptions.retryFor = Self.patience
        do throws(GanglionError) {
            client = try GanglionClient(address.url, options: clientOptions)
            clientOptions.retryFor = Self.longPatience
            follower = try GanglionClient(address.url, on: client.loop, options: clientOptions)
        } catch {
            throw CommandError(.refused, "\(address.origin): \(error)")
        }
        isJSON = options.json
    }

    /// The document for programs, or these lines for people.
    func print(_ document: JSONDocument, _ lines: () throws -> [StyledText]) rethrows {
        if isJSON { terminal.print(document.text) } else { terminal.print(try lines()) }
    }

    /// Who does this, for the record: whoever is logged in.
    static var person: String {
        for name in ["GANGLION_USER", "USER", "LOGNAME"] {
            if let text = unsafe getenv(name).map({ unsafe String(cString: $0) }), !text.isEmpty { return text }
        }
        return "uid \(getuid())"
    }
}
