import ArgumentParser

/// What every command has that asks a service.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the service is: http://host:port or http+unix:///path (default: GANGLION_URL, or a profile's, or "
                + "\(ServiceAddress.fallback)).", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("The profile that names the service (see docs/cli.md).", valueName: "name"))
    var profile: String?

    @Flag(help: "Print JSON, as the service answers it; errors too.")
    var json = false
}
