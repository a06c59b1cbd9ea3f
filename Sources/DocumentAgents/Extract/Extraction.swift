/// What a document says about itself.
package struct Extraction: Hashable, Sendable {
    package var title: String?
    package var version: String?
    package var dates: [String] = []
    package var copyrightHolders: [String] = []
    package var headings: [String] = []
    package var definedTerms: [String] = []

    package init() {}
}
