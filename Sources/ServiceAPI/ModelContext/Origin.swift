import HTTP
import HTTPTypes

/// Which web pages may call tools: those that this machine serves itself.
///
/// A browser names the page's origin with each POST (Fetch 3.1). A page from elsewhere whose name was made to lead to
/// this machine ("DNS rebinding") is of the same origin as far as the browser knows, and its Host field says the same
/// name; only the origin's own name tells it (Model Context Protocol, Transports, Security Warning). Programs other
/// than browsers send no such field.
enum Origin {
    static func check(_ request: Request) throws(ProblemDocument) {
        for origin in request.headerFields[values: .origin] where !isOfThisMachine(origin) {
            throw ProblemDocument(
                name: "forbidden-origin", title: "Forbidden origin", status: .forbidden,
                detail: "Web pages may call tools only from http://localhost, http://127.0.0.1 and http://[::1], "
                    + "each with any port.",
                places: [.init(part: .header, name: "Origin", detail: "'\(origin.prefix(128))' is none of these")])
        }
    }

    /// `scheme://host[:port]` (RFC 6454 6.2), and nothing else.
    static func isOfThisMachine(_ origin: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            let authority = origin.dropFirst(scheme.count).lowercased()
            return ["localhost", "127.0.0.1", "[::1]"].contains { host in
                guard authority.hasPrefix(host) else { return false }
                let port = authority.dropFirst(host.count)
                let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
                return port.isEmpty
                    || port.first == ":" && (2...6).contains(port.utf8.count)
                        && port.utf8.dropFirst().allSatisfy(digits.contains)
            }
        }
        return false
    }
}
