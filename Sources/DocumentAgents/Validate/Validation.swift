package import JSON

/// Whether a document has what a text of its kind needs.
package struct Validation: Hashable, Sendable {
    package let missing: [String]
    package let warnings: [String]

    package var isValid: Bool { missing.isEmpty }

    package var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("is_valid", isValid)
            writer.field("missing", missing)
            writer.field("warnings", warnings)
        }
        return writer.text
    }
}
