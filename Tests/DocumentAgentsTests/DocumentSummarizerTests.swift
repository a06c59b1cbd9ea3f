import DocumentAgents
import Foundation
import Testing

@Suite("The document summarizer")
struct DocumentSummarizerTests {
    @Test("gives two whole sentences of every licence of the system", arguments: LicenceText.present)
    func licences(_ licence: LicenceText) {
        let text = licence.text
        let summary = DocumentSummarizer.summarize(text, extraction: DocumentExtractor.extract(text))
        #expect(summary.sentences.count == 2)
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for sentence in summary.sentences {
            #expect(sentence.utf8.count > 40)
            #expect(words.contains(sentence.prefix(20)))
            #expect(!sentence.contains("://") && !sentence.contains("Franklin St"))
        }
        #expect(summary.text == summary.sentences.joined(separator: " "))
    }

    @Test("keeps the document's order, and gives no more sentences than asked for", arguments: 0...4)
    func order(_ count: Int) throws {
        let extraction = DocumentExtractor.extract(SampleText.contract)
        let summary = DocumentSummarizer.summarize(SampleText.contract, extraction: extraction, sentences: count)
        #expect(summary.sentences.count == count)
        let text = SampleText.contract.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let places = try summary.sentences.map { try #require(text.range(of: $0)).lowerBound }
        #expect(places == places.sorted())
    }

    @Test("leaves out headings and does not end a sentence at an abbreviation")
    func sentences() {
        let extraction = DocumentExtractor.extract(SampleText.contract)
        let summary = DocumentSummarizer.summarize(SampleText.contract, extraction: extraction, sentences: 9)
        #expect(
            summary.sentences.first?.hasPrefix("This Agreement is entered into by and between Harbour Lights Ltd. (the")
                == true)
        #expect(!summary.text.contains("Fees") && !summary.text.contains("SERVICES"))
    }

    @Test("has nothing to say about a text without sentences", arguments: ["", "TITLE", "# One\n\n## Two"])
    func nothing(_ text: String) {
        #expect(DocumentSummarizer.summarize(text, extraction: Extraction()).sentences.isEmpty)
    }
}
