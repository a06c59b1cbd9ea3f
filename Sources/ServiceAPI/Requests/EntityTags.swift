import HTTP
import HTTPTypes

/// The entity tags that a conditional request names (RFC 9110 13.1.2).
extension Request {
    /// The version that has to be the current one, as `If-Match` says (RFC 9110 13.1.1); `nil` if any may be.
    func matchedVersion() throws(ProblemDocument) -> Int? {
        let fields = headerFields[values: .ifMatch]
        guard let field = fields.first, fields.count == 1, field != "*" else {
            if fields.count <= 1 { return nil }
            throw .header("If-Match", "it may be given once, and is given \(fields.count) times")
        }
        let digits = field.dropFirst().dropLast()
        let isTag = field.count > 2 && field.first == "\"" && field.last == "\""
        guard isTag, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = Int(digits) else {
            throw .header("If-Match", "expected the ETag of the escalation as it was read, such as \"1\", or *")
        }
        return version
    }

    /// Whether one of them is the given one, by the weak comparison that is asked for of `If-None-Match`.
    func hasNoneMatch(_ entityTag: String) -> Bool {
        // Tags of revisions hold digits only, and so no comma.
        headerFields[values: .ifNoneMatch].contains { field in
            field.split(separator: ",").contains { part in
                let tag = part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
                return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == entityTag
            }
        }
    }
}
