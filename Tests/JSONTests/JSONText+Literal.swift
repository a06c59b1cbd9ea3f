import JSON

/// Tests write JSON as they write strings.
extension JSONText: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self.init(unchecked: Array(text.utf8))
    }

    /// The error of text that is not acceptable, or `nil`.
    static func error(in text: String, limits: JSONLimits = .default) -> JSONError? {
        error(in: Array(text.utf8), limits: limits)
    }

    static func error(in bytes: [UInt8], limits: JSONLimits = .default) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONText(validating: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }
}
