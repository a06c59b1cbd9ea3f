import Sockets

/// Asks a Redis over a connection of its own whether it is ready, and which process it is.
enum ServerProbe {
    enum Answer {
        case ready(process: Int64?)
        case loading
        case unsuitable(String)
        case silent(String)
    }

    private static let timeout = Duration.seconds(2)

    static func ask(_ endpoint: RedisEndpoint, on loop: EventLoop) async -> Answer {
        do throws(RedisError) {
            let replies = try await exchange([["PING"], ["INFO", "server"]], endpoint, on: loop)
            if case .error(let code, let message) = replies[0] {
                return code == "LOADING" ? .loading : .silent("\(code) \(message)")
            }
            let info = replies[1].string ?? ""
            do throws(RedisError) {
                try Handshake.checkVersion(info)
            } catch .unavailable(let reason) {
                return .unsuitable(reason)
            }
            let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") }
            return .ready(process: line.flatMap { Int64($0.dropFirst("process_id:".count)) })
        } catch .unavailable(let reason) {
            return .silent(reason)
        } catch {
            return .silent("\(error)")
        }
    }

    /// Sets a parameter if the server lets it be set; one that does not keeps what it was started with.
    static func set(_ parameter: String, _ value: String, of endpoint: RedisEndpoint, on loop: EventLoop) async {
        _ = try? await exchange(
            [["CONFIG", "SET", RedisArgument(parameter), RedisArgument(value)]], endpoint, on: loop)
    }

    private static func exchange(
        _ commands: [[RedisArgument]], _ endpoint: RedisEndpoint, on loop: EventLoop
    ) async throws(RedisError) -> [RedisValue] {
        let stream: SocketStream
        do throws(SystemError) {
            stream = try await SocketStream.connect(to: endpoint.address, on: loop, timeout: timeout)
        } catch {
            throw .unavailable("\(error)")
        }
        let replies: Result<[RedisValue], RedisError>
        do throws(RedisError) {
            replies = .success(
                try await Handshake(endpoint, [], timeout).exchange(commands, on: stream, HiredisReader()))
        } catch {
            replies = .failure(error)
        }
        await stream.close()
        return try replies.get()
    }
}
