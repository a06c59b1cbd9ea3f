import HTTP
import HTTPTypes
import JSON
package import Sockets

/// A client of the Ganglion service.
///
/// ```swift
/// let client = try GanglionClient("http://127.0.0.1:8080")
/// let started = try await client.start(#"{"name": "one", "steps": [{"id": "read", "task_type": "read"}]}"#)
/// let ended = try await client.waitForEnd(of: started.id)
/// ended.output["read"].string
/// ```
///
/// Calls may be made from any number of tasks at a time; connections are kept and shared. A call that could not be
/// sent, or that the service cannot take just now (503, 429), is tried again for up to `Options.retryFor`. After an
/// unknown outcome only what is safe to repeat is sent again, which is everything but `register`, `cancel`,
/// `reportProgress` and `resolve`.
public struct GanglionClient: Sendable {
    /// How long a client tries.
    public struct Options: Sendable {
        /// How long after its beginning a call may be tried again. `.zero`: never.
        public var retryFor = Duration.seconds(30)
        /// How long one try may take, beside the time for which the service was asked to wait.
        public var timeout = Duration.seconds(30)
        /// How many calls may be under way at a time; more wait for one another. Agents have connections of their own.
        public var maximumConnections = 64

        public init() {}
    }

    package let loop: EventLoop
    let options: Options
    private let address: SocketAddress
    let http: HTTPClient

    /// The longest wait that the API takes.
    static let longestWait = Duration.seconds(60)

    /// A client of the service at `http://host:port` or, on a unix socket, at `http+unix:///path`. Nothing is sent.
    public init(_ url: String, options: Options = Options()) throws(GanglionError) {
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop(name: "ganglion-client")
        } catch {
            throw .unreachable("no event loop can be made: \(error)")
        }
        try self.init(url, on: loop, options: options)
    }

    /// The same on a loop that others use too.
    package init(_ url: String, on loop: EventLoop, options: Options = Options()) throws(GanglionError) {
        self.init(try ServiceURL(url).address, on: loop, options: options)
    }

    package init(_ address: SocketAddress, on loop: EventLoop, options: Options = Options()) {
        self.loop = loop
        self.options = options
        self.address = address
        var http = HTTPClient.Options()
        http.maximumConnections = options.maximumConnections
        self.http = HTTPClient(address, on: loop, options: http)
    }

    /// A client of the same service that shares no connections with this one, so that they do not wait for each other.
    func withOwnConnections() -> GanglionClient {
        GanglionClient(address, on: loop, options: options)
    }

    /// Makes a call, again if need be, and gives its successful answer.
    func answer(to call: Call) async throws(GanglionError) -> JSONNode? {
        var schedule = RetrySchedule(budget: options.retryFor)
        let start = ContinuousClock.now
        while true {
            do throws(GanglionError) {
                return try await tryOnce(call)
            } catch {
                let pause = schedule.pause(
                    after: error, isRepeatable: call.isRepeatable, elapsed: .now - start,
                    jitter: .random(in: 0...1))
                guard let pause else { throw error }
                await loop.pause(for: pause)
                if Task.isCancelled { throw .cancelled }
            }
        }
    }

    /// The same for operations that always answer with an object.
    func fields(of call: Call, _ subject: String) async throws(GanglionError) -> Fields {
        guard let node = try await answer(to: call) else { throw .unexpectedAnswer("\(subject) is empty") }
        return try Fields(node, subject)
    }

    /// Makes a call a single time. The body of its answer is `nil` if it has none.
    func tryOnce(_ call: Call, timeout: Duration? = nil) async throws(GanglionError) -> JSONNode? {
        let request = ClientRequest(
            call.method, call.target, headerFields: call.headerFields, body: call.body,
            isRepeatable: call.isRepeatable)
        let response: ClientResponse
        do throws(ClientError) {
            response = try await http.send(request, timeout: call.wait + (timeout ?? options.timeout))
        } catch {
            throw GanglionError(error)
        }
        guard response.status.kind == .successful else { throw .refused(Problem(response)) }
        if response.body.isEmpty { return nil }
        do throws(GanglionError) {
            return try JSONDocument(parsing: response.body).root.node
        } catch {
            throw .unexpectedAnswer("\(call.method) \(call.target): \(error)")
        }
    }
}

extension GanglionError {
    init(_ error: ClientError) {
        switch error {
        case .invalidRequest(let reason): self = .invalidArgument(reason)
        case .notSent(let reason): self = .unreachable(reason)
        case .noAnswer(let reason): self = .noAnswer(reason)
        case .timedOut(let limit): self = .timedOut(after: limit)
        case .malformedAnswer(let reason): self = .unexpectedAnswer(reason)
        case .cancelled: self = .cancelled
        }
    }
}

extension Problem {
    init(_ response: ClientResponse) {
        // Retry-After may also be a date (RFC 9110 10.2.3), which this service never sends.
        let seconds = response.headerFields[.retryAfter].flatMap { Int($0) }
        self.init(
            status: response.status.code, reason: response.status.reasonPhrase,
            retryAfter: seconds.map { .seconds(min(max($0, 0), 86_400)) }, body: response.body)
    }
}
