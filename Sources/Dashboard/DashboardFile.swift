/// A file of the dashboard, with what a browser has to know of it.
package struct DashboardFile: Sendable {
    package enum Kind: String, Sendable {
        case html = "text/html; charset=utf-8"
        case css = "text/css; charset=utf-8"
        case script = "text/javascript; charset=utf-8"
        case svg = "image/svg+xml"
    }

    package let kind: Kind
    package let bytes: [UInt8]
    /// Made of the content, so that it is another one with each version and the same at every node.
    package let entityTag: String

    init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
        entityTag = "\"\(String(Self.hash(bytes), radix: 16))\""
    }

    /// FNV-1a, 64 bits (draft-eastlake-fnv, section 2).
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
