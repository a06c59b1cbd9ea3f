import DocumentAgents
import Testing

@Suite("The document classifier")
struct DocumentClassifierTests {
    @Test("knows the kind of every licence of the system", arguments: LicenceText.present)
    func licences(_ licence: LicenceText) {
        let classification = DocumentClassifier.classify(licence.text)
        #expect(classification.kind.rawValue == licence.kind)
        #expect(classification.confidence > 0.7 && classification.confidence <= 1)
        #expect(!classification.evidence.isEmpty)
    }

    @Test("knows a contract by its title and its wording")
    func contract() {
        let classification = DocumentClassifier.classify(SampleText.contract)
        #expect(classification.kind == .contract)
        #expect(classification.evidence.contains("title: agreement"))
        #expect(classification.evidence.contains("by and between"))
    }

    @Test("knows a licence without a title by its wording")
    func wording() {
        #expect(DocumentClassifier.classify(SampleText.mit).kind == .permissiveLicence)
    }

    @Test("does not guess what it has no evidence for")
    func unknown() {
        let classification = DocumentClassifier.classify(SampleText.notes)
        #expect(classification.kind == .unknown)
        #expect(classification.evidence.isEmpty)
        #expect(DocumentClassifier.classify("").kind == .unknown)
    }

    @Test("finds a phrase across a line break, in a comment, and in other case and punctuation")
    func folding() {
        let text = """
            // REDISTRIBUTION and use in
            // source and binary forms, with or "without modification", are permitted.
            """
        let evidence = DocumentClassifier.classify(text).evidence
        #expect(
            evidence == [
                "redistribution and use in source and binary forms", "with or without modification are permitted",
            ])
    }
}
