import ArgumentParser
import Hummingbird
import Logging

/// Hummingbird as its documentation shows it, with the two routes of `Benchmarks/HTTPServer`: a constant answer, and a
/// body sent back as the bytes it came as.
@main
struct HummingbirdServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hummingbird-server", abstract: "Answer GET /hello and POST /echo on 127.0.0.1.")

    @Argument(help: "Where to listen.")
    var port: UInt16

    func run() async throws {
        var logger = Logger(label: "hummingbird-server")
        logger.logLevel = .error
        let application = Application(
            router: Self.router, configuration: .init(address: .hostname("127.0.0.1", port: Int(port))),
            logger: logger)
        try await application.runService()
    }

    private static var router: Router<BasicRequestContext> {
        let json: HTTPFields = [.contentType: "application/json"]
        let greeting = ByteBuffer(string: #"{"status":"ok"}"#)
        let router = Router()
        router.get("/hello") { _, _ in
            Response(status: .ok, headers: json, body: ResponseBody(byteBuffer: greeting))
        }
        router.post("/echo") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            return Response(status: .ok, headers: json, body: ResponseBody(byteBuffer: body))
        }
        return router
    }
}
