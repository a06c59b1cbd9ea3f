import HTTP
import HTTPTypes
import HTTPWire
import Logging
import ServiceLifecycle
import Sockets

/// A server on a port of its own, for as long as a closure runs.
struct RunningServer {
    let address: SocketAddress
    /// Where the test's own connections live.
    let loop: EventLoop
    private let group: ServiceGroup

    func beginShutdown() async {
        await group.triggerGracefulShutdown()
    }

    func connect() async throws -> WireClient {
        WireClient(try await SocketStream.connect(to: address, on: loop))
    }

    static func with(
        _ responder: any Responder, options: ServerOptions = ServerOptions(), loops: Int = 1,
        at address: SocketAddress = .internet(host: "127.0.0.1", port: 0),
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        var logger = Logger(label: "server")
        logger.logLevel = .error
        let server = Server(
            addresses: [address], loops: try EventLoopGroup(count: loops), responder: responder, options: options,
            logger: logger
        ) { problem in
            Response(status: problem.status, body: Array("\(problem.detail) \(problem.target ?? "-")".utf8))
        }
        let bound = try await server.start()
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(
                RunningServer(address: bound[0], loop: try EventLoop(name: "test"), group: group))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// A responder made of a closure.
struct Answer: Responder {
    let answer: @Sendable (Request) async -> Response

    init(_ answer: @escaping @Sendable (Request) async -> Response) {
        self.answer = answer
    }

    func respond(to request: Request) async -> Response { await answer(request) }

    /// Says what was asked.
    static let echo = Answer { request in
        Response(status: .ok, body: Array("\(request.method) \(request.target) ".utf8) + request.body)
    }
}
