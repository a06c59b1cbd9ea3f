/// Reads out of a document what it says about itself.
package enum DocumentExtractor {
    /// Where the kind is known not to be a licence, well-known licence wording inside it gives it no title.
    package static func extract(_ text: String, kind: DocumentKind? = nil) -> Extraction {
        let document = DocumentText(text)
        var extraction = Extraction()
        extraction.title = TitleFinder.title(of: document)
        if extraction.title == nil, kind == nil || kind == .permissiveLicence {
            extraction.title = TitleFinder.titleByWording(of: document)
        }
        extraction.version = TitleFinder.version(of: document)
        extraction.dates = DateFinder.dates(in: document)
        extraction.copyrightHolders = CopyrightFinder.holders(in: document)
        extraction.headings = HeadingFinder.headings(in: document, title: extraction.title)
        extraction.definedTerms = TermFinder.terms(in: document)
        return extraction
    }
}
