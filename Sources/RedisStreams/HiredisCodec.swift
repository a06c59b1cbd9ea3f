import CHiredis

/// hiredis as a codec without I/O: its reader turns bytes into replies, its formatter commands into bytes. This is the
/// only file that sees it.
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

/// Commands as the bytes that go over the wire.
enum HiredisFormatter {
    static func format(_ arguments: [RedisArgument]) -> [UInt8] {
        // All arguments in one buffer, so that one pointer serves all of them.
        var buffer: [UInt8] = []
        buffer.reserveCapacity(arguments.reduce(0) { $0 + $1.bytes.count })
        for argument in arguments { buffer += argument.bytes }
        let lengths = arguments.map(\.bytes.count)
        return unsafe buffer.withUnsafeBytes { unsafe format($0, lengths) }
    }

    private static func format(_ buffer: UnsafeRawBufferPointer, _ lengths: [Int]) -> [UInt8] {
        // An empty buffer has no address; hiredis reads nothing from this one.
        let empty: StaticString = ""
        let base = unsafe buffer.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
        var offset = 0
        var pointers: [UnsafePointer<CChar>?] = unsafe lengths.map { length in
            defer { offset += length }
            return unsafe base.advanced(by: offset).assumingMemoryBound(to: CChar.self)
        }
        var command: UnsafeMutablePointer<CChar>?
        let length = unsafe redisFormatCommandArgv(&command, Int32(lengths.count), &pointers, lengths)
        guard length >= 0, let command = unsafe command else { preconditionFailure("no memory for a command") }
        defer { unsafe redisFreeCommand(command) }
        return unsafe Array(UnsafeRawBufferPointer(start: command, count: Int(length)))
    }
}
