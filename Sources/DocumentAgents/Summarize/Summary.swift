package import JSON

/// The sentences of a document that say most about it, in its own words and order.
package struct Summary: Hashable, Sendable {
    package let sentences: [String]

    package var text: String { sentences.joined(separator: " ") }

    package var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("text", text)
            writer.field("sentences", sentences)
        }
        return writer.text
    }
}
