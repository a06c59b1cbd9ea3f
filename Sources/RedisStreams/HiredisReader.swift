import CHiredis

/// hiredis's reader, without its I/O: it turns bytes into replies. This is the only file that sees hiredis.
@safe final class HiredisReader {
    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        // hiredis gives NULL only when there is no memory left.
        guard let reader = unsafe redisReaderCreate() else { preconditionFailure("no memory for a reply reader") }
        unsafe self.reader = unsafe reader
    }

    deinit { unsafe redisReaderFree(reader) }

    /// Takes bytes as they came; replies may end anywhere in them.
    func feed(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes { unsafe redisReaderFeed(reader, $0.baseAddress, $0.count) }
    }

    /// The next whole reply; `nil` if more bytes are needed.
    func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else {
            throw .unavailable("the server does not speak Redis's protocol")
        }
        guard let reply = unsafe reply else { return nil }
        defer { unsafe freeReplyObject(reply) }
        return unsafe Self.value(reply.assumingMemoryBound(to: redisReply.self))
    }

    /// hiredis bounds the nesting of replies (9 levels), and so this recursion.
    private static func value(_ reply: UnsafeMutablePointer<redisReply>) -> RedisValue {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_INTEGER: return unsafe .integer(reply.pointee.integer)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_STRING: return unsafe .bulk(Array(bytes(reply)))
        case REDIS_REPLY_STATUS: return unsafe .simple(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ERROR:
            let text = unsafe String(decoding: bytes(reply), as: UTF8.self)
            let parts = text.split(separator: " ", maxSplits: 1)
            return .error(code: String(parts.first ?? "ERR"), message: String(parts.dropFirst().first ?? ""))
        case REDIS_REPLY_ARRAY:
            let elements = unsafe UnsafeBufferPointer(start: reply.pointee.element, count: Int(reply.pointee.elements))
            return unsafe .array(elements.map { unsafe $0.map { unsafe value($0) } ?? .null })
        default: return .null
        }
    }

    private static func bytes(_ reply: UnsafeMutablePointer<redisReply>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len))
    }
}
