import Glibc
import Sockets

/// A socket with Redis at its other end: bytes go out, replies come in.
struct RedisConnection {
    let stream: SocketStream
    private let reader = HiredisReader()

    init(_ stream: SocketStream) {
        self.stream = stream
    }

    /// Connects and introduces itself: the connection is ready for commands. `learned` is told each script's digest.
    static func open(
        _ endpoint: RedisEndpoint, on loop: EventLoop, scripts: [RedisScript] = [], timeout: Duration,
        learned: (RedisScript, RedisArgument) -> Void = { _, _ in }
    ) async throws(RedisError) -> RedisConnection {
        let stream: SocketStream
        do throws(SystemError) {
            stream = try await SocketStream.connect(to: endpoint.address, on: loop, timeout: timeout)
        } catch {
            throw .unavailable("\(error)")
        }
        let connection = RedisConnection(stream)
        do throws(RedisError) {
            try await Handshake(endpoint, scripts, timeout).perform(on: connection, learned)
        } catch {
            await stream.close()
            throw error
        }
        return connection
    }

    /// Waits for bytes, after which there may be replies; `false` if none came within `timeout`.
    func receive(timeout: Duration? = nil) async throws(RedisError) -> Bool {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try await stream.read(timeout: timeout)
        } catch {
            if timeout != nil, error.code == ETIMEDOUT { return false }
            throw .unavailable("\(error)")
        }
        guard !bytes.isEmpty else { throw .unavailable("Redis closed the connection") }
        reader.feed(bytes)
        return true
    }

    /// The next whole reply of those that came; `nil` if more bytes are needed.
    func nextReply() throws(RedisError) -> RedisValue? { try reader.next() }
}
