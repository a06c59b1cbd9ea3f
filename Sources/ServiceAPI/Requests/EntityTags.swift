import HTTP
import HTTPTypes

/// The entity tags that a conditional request names (RFC 9110 13.1.2).
extension Request {
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
