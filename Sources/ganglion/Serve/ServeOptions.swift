import ArgumentParser

/// What `serve` takes on the command line: texts, which are read together with those of the other sources.
struct ServeOptions: ParsableArguments {
    @OptionGroup(title: "Addresses") var addresses: Addresses
    @OptionGroup(title: "Redis") var redis: Redis
    @OptionGroup(title: "Who is alive") var liveness: Liveness
    @OptionGroup(title: "Limits") var limits: Limits
    @OptionGroup(title: "Logs") var logs: Logs
    @OptionGroup(title: "Configuration") var files: Files

    struct Addresses: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where to listen: host:port, [ipv6]:port or unix:/path; may be given several times "
                    + "(default: 127.0.0.1:8080).", valueName: "address"))
        var listen: [String] = []

        @Flag(
            help: ArgumentHelp(
                "Allow addresses that are not loopback. There is no authentication yet: whoever reaches the service "
                    + "can use it."))
        var insecure = false

        fileprivate var given: [SettingName: [String]] {
            [.listen: listen, .insecure: insecure ? ["true"] : []]
        }
    }

    struct Redis: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The Redis to use: redis://[user:password@]host:port[/database] or unix:///path[?db=N] "
                    + "(default: one of the service's own).", valueName: "url"))
        var redis: String?

        @Option(
            help: ArgumentHelp(
                "The folder of the service's own Redis (default: $XDG_STATE_HOME/ganglion or "
                    + "~/.local/state/ganglion).", valueName: "folder"))
        var data: String?

        @Option(
            help: ArgumentHelp(
                "When the service's own Redis has a write on disk: within a second (everysec), or before it answers "
                    + "(always) (default: everysec).", valueName: "when"))
        var durability: String?

        fileprivate var given: [SettingName: String?] {
            [.redis: redis, .data: data, .durability: durability]
        }
    }

    struct Liveness: ParsableArguments {
        @Option(help: ArgumentHelp("How often this node says that it is alive (default: 500ms).", valueName: "time"))
        var heartbeat: String?

        @Option(
            help: ArgumentHelp(
                "After how long without a heartbeat other nodes take over this one's workflows (default: 1.5s).",
                valueName: "time"))
        var nodeTimeout: String?

        @Option(help: ArgumentHelp("How often agents are to be heard of (default: 5s).", valueName: "time"))
        var agentHeartbeat: String?

        @Option(
            help: ArgumentHelp(
                "After how long an agent that is not heard of loses its tasks (default: 15s).", valueName: "time"))
        var agentLostAfter: String?

        fileprivate var given: [SettingName: String?] {
            [
                .heartbeat: heartbeat, .nodeTimeout: nodeTimeout, .agentHeartbeat: agentHeartbeat,
                .agentLostAfter: agentLostAfter,
            ]
        }
    }

    struct Limits: ParsableArguments {
        @Option(help: ArgumentHelp("How long workflows are kept after their end (default: 7d).", valueName: "time"))
        var retention: String?

        @Option(help: ArgumentHelp("The largest body of a request (default: 1MiB).", valueName: "size"))
        var maxBody: String?

        @Option(
            help: ArgumentHelp(
                "How many event loops, and so threads, do the work (default: one for each core).", valueName: "n"))
        var loops: String?

        @Flag(
            help: ArgumentHelp(
                "Let webhooks lead to addresses that only this machine or its network reaches."))
        var privateWebhooks = false

        fileprivate var given: [SettingName: String?] {
            [
                .retention: retention, .maxBody: maxBody, .loops: loops,
                .privateWebhooks: privateWebhooks ? "true" : nil,
            ]
        }
    }

    struct Logs: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "What is logged: trace, debug, info, notice, warning, error or critical (default: info).",
                valueName: "level"))
        var logLevel: String?

        @Option(help: ArgumentHelp("How it is logged: text or json (default: text).", valueName: "format"))
        var logFormat: String?

        fileprivate var given: [SettingName: String?] {
            [.logLevel: logLevel, .logFormat: logFormat]
        }
    }

    struct Files: ParsableArguments {
        @Option(help: ArgumentHelp("A YAML or JSON file with settings by name.", valueName: "file"))
        var config: String?
    }

    /// What was given, and only that.
    var given: [SettingName: [String]] {
        var given = addresses.given.filter { !$0.value.isEmpty }
        let single = [redis.given, liveness.given, limits.given, logs.given, [.config: files.config]]
        for (name, text) in single.joined() {
            if let text { given[name] = [text] }
        }
        return given
    }
}
