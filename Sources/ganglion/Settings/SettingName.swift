/// The settings of `serve`, as they are called everywhere: `--node-timeout`, `GANGLION_NODE_TIMEOUT`, and
/// `node-timeout` in the configuration file.
enum SettingName: String, CaseIterable {
    case listen, insecure
    case redis, data, durability
    case heartbeat
    case nodeTimeout = "node-timeout"
    case agentHeartbeat = "agent-heartbeat"
    case agentLostAfter = "agent-lost-after"
    case retention
    case maxBody = "max-body"
    case loops
    case privateWebhooks = "private-webhooks"
    case logLevel = "log-level"
    case logFormat = "log-format"
    case config

    var isList: Bool { self == .listen }

    /// The file cannot say which file it is.
    static let inFile = allCases.filter { $0 != .config }
}
