import ArgumentParser
import Glibc
import HTTP
import HTTPTypes
import HTTPWire
import Logging
import ServiceLifecycle
import Sockets
import UnixSignals

/// Ganglion's HTTP server without Ganglion: a constant answer, and a body sent back as the bytes it came as. It is what
/// `Benchmarks/compare` measures beside the same two routes on other servers.
@main
struct HTTPServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http-server", abstract: "Answer GET /hello and POST /echo on 127.0.0.1.")

    @Argument(help: "Where to listen.")
    var port: UInt16

    func run() async throws {
        var logger = Logger(label: "http-server")
        logger.logLevel = .error
        // As many as `ganglion serve` has.
        let loops = try EventLoopGroup(count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let server = Server(
            addresses: [.internet(host: "127.0.0.1", port: Int(port))], loops: loops, responder: Self.router,
            logger: logger, onProblem: { Response(status: $0.status) })
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }

    private static var router: Router {
        let json: HTTPFields = [.contentType: "application/json"]
        let greeting = Array(#"{"status":"ok"}"#.utf8)
        var router = Router { unmatched, _ in Response(status: unmatched.status) }
        router.on(.get, "/hello") { _ in Response(status: .ok, headerFields: json, body: greeting) }
        router.on(.post, "/echo") { request in Response(status: .ok, headerFields: json, body: request.body) }
        return router
    }
}
