import Foundation
import Sockets

/// A haproxy process with the repository's deploy/haproxy.cfg.
private struct HAProxy {
    private static let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"]

    static let configuration = URL(filePath: #filePath)
        .appending(path: "../../../deploy/haproxy.cfg").standardizedFileURL.path

    static func executable() throws -> String {
        let candidates = folders.map { "\($0)/haproxy" }
        guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw ChildProcess.Failure(
                description: "haproxy is not installed: sudo apt-get install haproxy, or deploy/dependencies --tests")
        }
        return path
    }

    /// What the configuration's variables are to be.
    static func environment(_ address: String, _ nodes: [String]) -> [String: String] {
        var environment = ["GANGLION_LISTEN": address]
        // A place that no node has is the last one's: it gets more, and the others what they had.
        for place in 1...3 { environment["GANGLION_NODE_\(place)"] = nodes[min(place, nodes.count) - 1] }
        return environment
    }
}

/// Runs the body with a haproxy before these nodes (`host:port`, three at most), and gives it the address to use.
@discardableResult
package func withHAProxy<Result>(
    nodes: [String], _ body: (String) async throws -> Result
) async throws -> Result {
    let executable = try HAProxy.executable()
    return try await withTemporaryFolder { folder in
        let port = try freePort()
        let address = "127.0.0.1:\(port)"
        let process = try ChildProcess(
            executable, ["-db", "-f", HAProxy.configuration], environment: HAProxy.environment(address, nodes),
            log: folder.file("log"))
        try "\(process.identifier)\n".write(toFile: folder.file("pid"), atomically: true, encoding: .utf8)
        do {
            let loop = try EventLoop(name: "haproxy")
            try await eventually {
                guard
                    let stream = try? await SocketStream.connect(to: .internet(host: "127.0.0.1", port: port), on: loop)
                else { return false }
                await stream.close()
                return true
            }
            let result = try await body(address)
            await process.kill()
            return result
        } catch {
            await process.kill()
            throw error
        }
    }
}

/// What haproxy itself says of the configuration: its exit status, and its words.
package func checkHAProxyConfiguration() async throws -> (status: Int32, lines: [String]) {
    let (process, output) = try ProcessOutput.run(HAProxy.executable(), ["-c", "-f", HAProxy.configuration])
    let status = await process.waitForEnd()
    try await output.end.wait()
    return (status, output.lines.events)
}
