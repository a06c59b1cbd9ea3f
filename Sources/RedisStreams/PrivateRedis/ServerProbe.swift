import Glibc
import Sockets

/// Asks a Redis over a connection of its own whether it is ready, and which process it is.
enum ServerProbe {
    enum Answer {
        case ready(process: Int64?)
        case loading
        case unsuitable(String)
        /// Something is there, and does not answer as it should.
        case silent(String)
        /// Nothing listens.
        case absent(String)
    }

    private static let timeout = Duration.seconds(2)

    static func ask(_ endpoint: RedisEndpoint, on loop: EventLoop) async -> Answer {
        do throws(SystemError) {
            let stream = try await SocketStream.connect(to: endpoint.address, on: loop, timeout: timeout)
            let answer = await ask(stream, endpoint)
            await stream.close()
            return answer
        } catch {
            return [ENOENT, ECONNREFUSED].contains(error.code) ? .absent("\(error)") : .silent("\(error)")
        }
    }

    private static func ask(_ stream: SocketStream, _ endpoint: RedisEndpoint) async -> Answer {
        do throws(RedisError) {
            let commands: [RedisArguments] = [["PING"], ["INFO", "server"]]
            let replies = try await Handshake(endpoint, [], timeout).exchange(commands, on: RedisConnection(stream))
            if case .error(let code, let message) = replies[0] {
                return code == "LOADING" ? .loading : .silent("\(code) \(message)")
            }
            return answer(to: replies[1].string ?? "")
        } catch .unavailable(let reason) {
            return .silent(reason)
        } catch {
            return .silent("\(error)")
        }
    }

    private static func answer(to info: String) -> Answer {
        do throws(RedisError) {
            try Handshake.checkVersion(info)
        } catch .unavailable(let reason) {
            return .unsuitable(reason)
        } catch {
            return .unsuitable("\(error)")
        }
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") }
        return .ready(process: line.flatMap { Int64($0.dropFirst("process_id:".count)) })
    }

    /// Sets a parameter if the server lets it be set; one that does not keeps what it was started with.
    static func set(_ parameter: String, _ value: String, of endpoint: RedisEndpoint, on loop: EventLoop) async {
        guard let stream = try? await SocketStream.connect(to: endpoint.address, on: loop, timeout: timeout) else {
            return
        }
        let command: RedisArguments = ["CONFIG", "SET", RedisArgument(parameter), RedisArgument(value)]
        _ = try? await Handshake(endpoint, [], timeout).exchange([command], on: RedisConnection(stream))
        await stream.close()
    }
}
