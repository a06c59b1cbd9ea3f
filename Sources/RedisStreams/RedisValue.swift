/// A reply, as RESP2 has it (redis.io/docs/reference/protocol-spec).
package enum RedisValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case simple(String)
    case bulk([UInt8])
    case array([RedisValue])
    case error(code: String, message: String)

    package var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        default: nil
        }
    }

    package var string: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let text): text
        case .integer(let integer): String(integer)
        default: nil
        }
    }

    /// An integer reply, or a bulk string that is one: a script's and a hash's numbers come so.
    package var integer: Int64? {
        switch self {
        case .integer(let integer): integer
        case .bulk, .simple: string.flatMap { Int64($0) }
        default: nil
        }
    }

    package var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The pairs of a flat reply (HGETALL, a stream entry's fields).
    package var pairs: [(name: String, value: RedisValue)] {
        let elements = array ?? []
        return stride(from: 0, to: elements.count - 1, by: 2).map { (elements[$0].string ?? "", elements[$0 + 1]) }
    }
}
