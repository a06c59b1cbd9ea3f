import HTTP
import HTTPTypes
import HTTPWire
import JSON
import RedisStreams
import Sockets
import TestKit
import Testing

/// Takes that wait, and connections that end before their answer.
extension RunningService {
    func key(_ name: String) -> RedisArgument { RedisArgument("ganglion:{p0}:default:\(name)") }

    /// Runs the body beside a take, once the service has looked for tasks for it and found none.
    func whileTaking<Result: Sendable>(
        _ agent: String, _ body: JSONValue = [:], wait: String = "30s", _ act: () async throws -> Result
    ) async throws -> (answer: Answer, result: Result) {
        try await forgetHearing(of: agent)
        async let taken = post("/v1/agents/\(agent)/tasks?wait=\(wait)", body)
        try await untilHeard(agent)
        let result = try await act()
        return (try await taken, result)
    }

    func forgetHearing(of agent: String) async throws {
        try await redis.command("HSET", key("agent:\(agent)"), "heartbeat_at", "0")
    }

    /// Returns when an agent was heard of after that was forgotten.
    func untilHeard(_ agent: String) async throws {
        try await eventually {
            try await redis.command("HGET", key("agent:\(agent)"), "heartbeat_at").string != "0"
        }
    }

    /// Sends a take on a connection of its own, and lends that.
    func withTake<Result: Sendable>(
        _ agent: String, _ body: String, wait: String, _ act: (SocketStream) async throws -> Result
    ) async throws -> Result {
        let stream = try await SocketStream.connect(to: address, on: client.loop)
        let request = """
            POST /v1/agents/\(agent)/tasks?wait=\(wait) HTTP/1.1\r
            Host: a\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        try await stream.write(Array(request.utf8))
        do {
            let result = try await act(stream)
            await stream.close()
            return result
        } catch {
            await stream.close()
            throw error
        }
    }
}
