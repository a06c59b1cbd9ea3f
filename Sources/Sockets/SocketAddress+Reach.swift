import Glibc

/// Whether an address is one that everybody can reach, or one that only this machine or its network can.
extension SocketAddress {
    /// `false` too for what is no numeric internet address: names have to be resolved first.
    package var isPublic: Bool {
        guard case .internet(let host, _) = self else { return false }
        if let bytes = Self.bytes(of: host, AF_INET, 4) { return Self.isPublic(v4: bytes) }
        return Self.bytes(of: host, AF_INET6, 16).map(Self.isPublic(v6:)) ?? false
    }

    private static func bytes(of host: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe inet_pton(family, host, &bytes) == 1 ? bytes : nil
    }

    /// The IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast (RFC 5771) and what is reserved.
    private static func isPublic(v4 bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224...255, _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    /// Global unicast is 2000::/3 (RFC 4291 2.4), save what leads to IPv4 or is for documents and tunnels (RFC 6890).
    private static func isPublic(v6 bytes: [UInt8]) -> Bool {
        // IPv4-mapped, ::ffff:0:0/96, and NAT64, 64:ff9b::/96 (RFC 6052).
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        if Array(bytes[..<12]) == mapped || Array(bytes[..<12]) == translated {
            return isPublic(v4: Array(bytes[12...]))
        }
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        switch (bytes[0], bytes[1], bytes[2]) {
        // 6to4 (RFC 3056) holds an IPv4 address.
        case (0x20, 0x02, _): return isPublic(v4: Array(bytes[2..<6]))
        case (0x20, 0x01, 0x00...0x01), (0x20, 0x01, 0x0D): return bytes[2] == 0x0D ? bytes[3] != 0xB8 : false
        case (0x3F, 0xFF, _): return false
        default: return true
        }
    }
}
