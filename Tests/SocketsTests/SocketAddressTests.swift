import Sockets
import Testing

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test(
        "Addresses are read, and written the same",
        arguments: [
            ("127.0.0.1:8080", .internet(host: "127.0.0.1", port: 8080)),
            ("localhost:0", .internet(host: "localhost", port: 0)),
            ("redis.example.org:65535", .internet(host: "redis.example.org", port: 65_535)),
            ("[::1]:80", .internet(host: "::1", port: 80)),
            ("unix:/run/ganglion.sock", .unix(path: "/run/ganglion.sock")),
        ] as [(String, SocketAddress)])
    func reading(_ text: String, _ address: SocketAddress) {
        #expect(SocketAddress.parse(text) == address)
        #expect(address.description == text)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", ":", "host", "host:", ":80", "host:65536", "host:-1", "host:+1", "host: 1", "host:1a", "host:999999",
            "::1:80", "[]:80", "[::1:80", "::1]:80", "[::1]", "unix:", "host:٣",
        ])
    func refusing(_ text: String) { #expect(SocketAddress.parse(text) == nil) }

    @Test("Loopback is known by its names")
    func loopback() {
        for text in ["127.0.0.1:1", "127.1.2.3:1", "localhost:1", "[::1]:1", "unix:/x"] {
            #expect(SocketAddress.parse(text)?.isLoopback == true)
        }
        #expect(SocketAddress.parse("10.0.0.1:1")?.isLoopback == false)
    }

    @Test("A name is resolved to numeric addresses with its port, and an unknown one is an error")
    func resolving() async throws {
        let addresses = try await SocketAddress.internet(host: "localhost", port: 7).resolved()
        #expect(addresses.contains { $0.description == "127.0.0.1:7" || $0.description == "[::1]:7" })
        await #expect(throws: SystemError.self) {
            try await SocketAddress.internet(host: "no-such-host.invalid", port: 7).resolved()
        }
    }
}
