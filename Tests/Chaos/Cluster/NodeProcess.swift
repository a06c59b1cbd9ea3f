import Foundation
import GanglionClient
import Glibc
import HTTP
import HTTPTypes
import Sockets
import TestKit

/// One `ganglion serve`: killed, frozen and started again at the same address, with a way of its own to Redis.
actor NodeProcess {
    nonisolated let number: Int
    /// `127.0.0.1:` and a port.
    nonisolated let address: String
    /// What stands between it and Redis.
    nonisolated let proxy: LossyProxy
    private let binary: String
    private let redis: String
    private let folder: TemporaryFolder
    private let logPath: String
    private let http: HTTPClient
    private var process: ChildProcess?

    init(
        _ number: Int, _ options: ClusterOptions, proxy: LossyProxy, redis: String, in folder: TemporaryFolder,
        on loop: EventLoop
    ) throws {
        self.number = number
        binary = options.binary
        logPath = options.logs.map { "\($0)/node-\(number).log" } ?? folder.file("log")
        self.proxy = proxy
        self.redis = redis
        self.folder = folder
        let port = try freePort()
        address = "127.0.0.1:\(port)"
        http = HTTPClient(.internet(host: "127.0.0.1", port: port), on: loop)
    }

    nonisolated var url: String { "http://\(address)" }

    /// Of its process; `nil` while there is none.
    var identifier: pid_t? { process?.identifier }

    // MARK: Life

    /// Starts it, and returns when it takes requests.
    func start() async throws {
        let process = try ChildProcess(
            binary, ["serve", "--redis", redis, "--listen", address, "--log-level", "info"], log: logPath)
        try "\(process.identifier)\n".write(toFile: folder.file("pid"), atomically: true, encoding: .utf8)
        self.process = process
        try await eventually(within: .seconds(60)) { await self.get("/readyz")?.status.code == 200 }
    }

    func kill() async {
        guard let process else { return }
        self.process = nil
        await process.kill()
    }

    /// SIGTERM. Gives its exit status once it has ended.
    func terminate() async -> Int32 {
        guard let process else { return 0 }
        self.process = nil
        process.send(signal: SIGTERM)
        return await process.waitForEnd()
    }

    func freeze() {
        process?.pause()
    }

    func thaw() {
        process?.resume()
    }

    // MARK: Questions

    /// What it calls itself now: one that was taken for dead goes on under another id. Its log has the newest last.
    func incarnation() -> String {
        let log = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
        guard let last = log.range(of: " node=node_", options: .backwards) else { return "" }
        return "node_\(log[last.upperBound...].prefix { $0.isLetter || $0.isNumber })"
    }

    private func get(_ path: String) async -> ClientResponse? {
        try? await http.send(ClientRequest(.get, path, isRepeatable: true), timeout: .seconds(2))
    }

    /// Its counters by name, labels included; empty if it does not answer.
    func metrics() async -> [String: Double] {
        guard let response = await get("/metrics"), response.status.code == 200 else { return [:] }
        var metrics: [String: Double] = [:]
        for line in String(decoding: response.body, as: UTF8.self).split(separator: "\n") where line.first != "#" {
            let parts = line.split(separator: " ")
            if parts.count == 2, let value = Double(parts[1]) { metrics[String(parts[0])] = value }
        }
        return metrics
    }
}
