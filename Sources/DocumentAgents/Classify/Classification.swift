package import JSON

/// What a document is taken for, how sure that is, and the phrases that speak for it.
package struct Classification: Hashable, Sendable {
    package let kind: DocumentKind
    /// 0 to 1; for an unknown kind how sure it is that the text is none of the others.
    package let confidence: Double
    package let evidence: [String]

    package var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("kind", kind.rawValue)
            writer.name("confidence")
            writer.double(confidence)
            writer.field("evidence", evidence)
        }
        return writer.text
    }
}

extension JSONWriter {
    mutating func field(_ name: String, _ strings: [String]) {
        self.name(name)
        array(strings) { $0.string($1) }
    }
}
