import Glibc
import JSON
import Logging
import RedisStreams
import Sockets
import WorkflowCore

/// What each setting is when it is not given, and what it may be.
extension ServeSettings {
    /// Reads every setting from the first source that has it. Throws all that is wrong.
    static func read(from sources: SettingSources) throws(SettingsError) -> ServeSettings {
        var reader = SettingReader(sources)
        let settings = ServeSettings(
            listen: reader.listen(),
            redis: reader.redis(),
            heartbeat: reader.duration(
                .heartbeat, default: .milliseconds(500), in: .milliseconds(10)...(.seconds(60))),
            nodeTimeout: reader.duration(
                .nodeTimeout, default: .milliseconds(1500), in: .milliseconds(20)...(.seconds(600))),
            agentHeartbeat: reader.duration(
                .agentHeartbeat, default: .seconds(5), in: .milliseconds(100)...(.seconds(3600))),
            agentLostAfter: reader.duration(
                .agentLostAfter, default: .seconds(15), in: .milliseconds(200)...(.seconds(86_400))),
            retention: reader.duration(
                .retention, default: .seconds(7 * 86_400), in: .seconds(60)...Duration.longest),
            maxBody: reader.maxBody(),
            loops: reader.loops(),
            privateWebhooks: reader.value(.privateWebhooks, allowed: "true or false") { Bool($0) } ?? false,
            logLevel: reader.choice(.logLevel, default: .info),
            logFormat: reader.choice(.logFormat, default: .text))
        // One late heartbeat is no death.
        reader.require(
            settings.nodeTimeout >= settings.heartbeat * 2, .nodeTimeout, .heartbeat,
            otherwise: "the node timeout (\(settings.nodeTimeout.text)) has to be at least twice the heartbeat "
                + "(\(settings.heartbeat.text))")
        reader.require(
            settings.agentLostAfter >= settings.agentHeartbeat * 2, .agentLostAfter, .agentHeartbeat,
            otherwise: "agents are lost too soon (\(settings.agentLostAfter.text)): it has to be at least twice their "
                + "heartbeat (\(settings.agentHeartbeat.text))")
        try reader.finish()
        return settings
    }
}

extension SettingReader {
    fileprivate mutating func listen() -> [SocketAddress] {
        let addresses = values(
            .listen, default: [.internet(host: "127.0.0.1", port: 8080)],
            allowed: "host:port, [ipv6]:port or unix:/path"
        ) { SocketAddress.parse($0) }
        let isInsecure = value(.insecure, allowed: "true or false") { Bool($0) } ?? false
        for address in addresses where !isInsecure {
            require(
                address.isLoopback, .listen,
                otherwise: "\(address) is not a loopback address, and there is no authentication yet: whoever reaches "
                    + "it can start workflows and answer tasks; add --insecure if the network keeps others out")
        }
        require(Set(addresses).count == addresses.count, .listen, otherwise: "the same address is given twice")
        return addresses
    }

    fileprivate mutating func redis() -> ServeSettings.RedisChoice {
        let endpoint = value(.redis, allowed: RedisEndpoint.forms) { RedisEndpoint($0) }
        let durability = choice(.durability, default: PrivateRedis.Durability.everysec)
        if let endpoint {
            refuseBeside(.redis, .data, .durability)
            return .server(endpoint)
        }
        let folder = value(.data, allowed: "a folder") { [sources] in sources.folder($0) } ?? sources.defaultFolder
        if folder == nil, sources.find(.redis) == nil, sources.find(.data) == nil {
            refuse("--data", "neither HOME nor XDG_STATE_HOME is set: name a folder for the data, or a --redis")
        }
        return .own(folder: folder ?? "", durability: durability)
    }

    /// A file may hold what an option makes needless; on one command line it is a mistake.
    private mutating func refuseBeside(_ name: SettingName, _ others: SettingName...) {
        guard let origin = sources.find(name)?.origin, origin.hasPrefix("--") else { return }
        for other in others.compactMap({ sources.find($0)?.origin }) where other.hasPrefix("--") {
            refuse(other, "is for the service's own Redis, and \(origin) names another one")
        }
    }

    fileprivate mutating func maxBody() -> Int {
        let range = (1 << 10)...(1 << 30)
        return value(.maxBody, allowed: "\(ByteCount.form), from 1KiB to 1GiB") { text in
            ByteCount.read(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? 1 << 20
    }

    fileprivate mutating func loops() -> Int {
        let range = 1...256
        return value(.loops, allowed: "a whole number from 1 to 256") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 256)
    }
}

extension SettingSources {
    /// No shell has seen what stands in a file or in a unit's environment.
    fileprivate func folder(_ text: String) -> String? {
        guard text.hasPrefix("~/"), let home = variable("HOME") else { return text.isEmpty ? nil : text }
        return home + text.dropFirst()
    }

    /// The XDG base directory specification: state that is to stay, and paths that are not absolute do not count.
    fileprivate var defaultFolder: String? {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/ganglion" }
        return variable("HOME").map { "\($0)/.local/state/ganglion" }
    }
}
