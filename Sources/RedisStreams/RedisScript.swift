/// A Lua script, named for logs and known to Redis by its digest.
package struct RedisScript: Hashable, Sendable {
    package let name: String
    package let source: [UInt8]

    package init(name: String, source: [UInt8]) {
        self.name = name
        self.source = source
    }

    package static func == (left: RedisScript, right: RedisScript) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
