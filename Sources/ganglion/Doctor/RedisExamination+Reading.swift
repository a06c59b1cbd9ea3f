import GanglionClient
import JSON
import Logging
import RedisStreams
import Sockets

/// Asks a Redis for what is to be examined.
extension RedisExamination {
    private static let pings = 20
    private static let settings = [
        "maxmemory-policy", "appendfsync", "save", "busy-reply-threshold", "lua-time-limit",
    ]

    static func read(_ endpoint: RedisEndpoint, on loop: EventLoop) async throws(RedisError) -> RedisExamination {
        let client = RedisClient(endpoint, on: loop, logger: Logger(label: "ganglion"))
        // The connection lives as long as the examination, which always ends.
        let running = Task { await client.run() }
        defer { running.cancel() }
        let info = try await client.send(.read("INFO", "everything")).string ?? ""
        var settings: [String: String] = [:]
        for name in Self.settings {
            // Not everyone is let to it (ACL), and not everything is known to every version.
            guard let reply = try? await client.send(.read("CONFIG", "GET", RedisArgument(name))) else { continue }
            for (name, value) in reply.pairs { settings[name] = value.string }
        }
        var times: [Duration] = []
        for _ in 0..<pings {
            let start = ContinuousClock.now
            try await client.send(.read("PING"))
            times.append(.now - start)
        }
        let before = ServiceClock.local()
        let time = try await client.send(.read("TIME")).array ?? []
        let after = ServiceClock.local()
        let seconds = time.first?.integer ?? 0
        let here = before.millisecondsSince1970 + (after - before).wholeMilliseconds / 2
        let there = seconds * 1000 + (time.last?.integer ?? 0) / 1000
        return RedisExamination(
            info: fields(of: info), settings: settings, latency: times.sorted()[pings / 2],
            clockOffset: .milliseconds(there - here))
    }

    static func fields(of info: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }
}
