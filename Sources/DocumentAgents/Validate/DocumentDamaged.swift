/// The text is not the whole document, or not readable: whoever gave it has to give it again.
package struct DocumentDamaged: Error, Hashable, CustomStringConvertible {
    package let reason: String

    package var description: String { "the document is damaged: \(reason)" }
}
