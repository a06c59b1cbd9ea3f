import Testing

@testable import Sockets

@Suite("Who reaches an address")
struct SocketAddressReachTests {
    @Test(
        "Addresses of this machine, its network, documents and tunnels are not public",
        arguments: [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
            "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
            "2001:db8::1",
            "2001::1", "localhost", "",
        ])
    func inside(_ host: String) { #expect(!SocketAddress.internet(host: host, port: 80).isPublic) }

    @Test(
        "Others are",
        arguments: [
            "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "223.255.255.255", "2606:4700::1111",
            "2001:4860:4860::8888", "::ffff:8.8.8.8", "2002:808:808::",
        ])
    func outside(_ host: String) { #expect(SocketAddress.internet(host: host, port: 80).isPublic) }

    @Test("A unix socket's path is not")
    func path() { #expect(!SocketAddress.unix(path: "/run/a").isPublic) }
}
