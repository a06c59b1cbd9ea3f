import CCrypto

/// Signs messages as standardwebhooks.com has it: HMAC-SHA256 (RFC 2104) over id, time and body, in base64.
enum Signature {
    static let idField = "webhook-id"
    static let timeField = "webhook-timestamp"
    static let field = "webhook-signature"
    private static let prefix = "whsec_"

    /// `time` is in seconds since 1970.
    static func sign(_ body: [UInt8], id: String, time: Int64, secret: String) -> String? {
        let signed = Array("\(id).\(time).".utf8) + body
        return digest(of: signed, key: key(of: secret)).map { "v1,\(base64($0))" }
    }

    /// A secret in the standard's form is its key in base64; any other text is the key itself.
    static func key(of secret: String) -> [UInt8] {
        guard secret.hasPrefix(prefix), let key = decoded(secret.dropFirst(prefix.count)) else {
            return Array(secret.utf8)
        }
        return key
    }

    static func digest(of text: [UInt8], key: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = unsafe CCrypto_HMACSHA256(key, Int32(key.count), text, text.count, &digest)
        return isDone == 1 ? digest : nil
    }

    /// EVP_EncodeBlock(3).
    static func base64(_ bytes: [UInt8]) -> String {
        // Four for three, and a zero at the end.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// EVP_DecodeBlock(3), which counts padding as bytes.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        let text = Array(text.utf8)
        guard !text.isEmpty, text.count.isMultiple(of: 4) else { return nil }
        var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
        let count = unsafe EVP_DecodeBlock(&bytes, text, Int32(text.count))
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        return count < 0 ? nil : Array(bytes.prefix(Int(count) - padding))
    }
}
