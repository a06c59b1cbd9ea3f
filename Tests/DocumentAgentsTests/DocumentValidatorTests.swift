import DocumentAgents
import Testing

@Suite("The document validator")
struct DocumentValidatorTests {
    private func validate(_ text: String) throws -> Validation {
        let kind = DocumentClassifier.classify(text).kind
        return try DocumentValidator.validate(DocumentExtractor.extract(text, kind: kind), kind: kind, text: text)
    }

    @Test("misses nothing in the licences of the system", arguments: LicenceText.present)
    func licences(_ licence: LicenceText) throws {
        let validation = try validate(licence.text)
        #expect(validation.isValid)
        #expect(validation.missing.isEmpty)
    }

    @Test("says when terms stand in another text", .enabled(if: LicenceText.text("LGPL-3") != nil))
    func incorporation() throws {
        let validation = try validate(try #require(LicenceText.text("LGPL-3")))
        #expect(validation.warnings.contains { $0.hasPrefix("left to the text whose terms it takes over") })
    }

    @Test("accepts a contract, and names what is missing in one without it")
    func contract() throws {
        let whole = try validate(SampleText.contract)
        #expect(whole.isValid && whole.warnings.isEmpty)
        let paragraphs = SampleText.contract.split(separator: "\n\n")
        let text = paragraphs.filter { !$0.contains("erminat") && !$0.contains("Norway") }.joined(separator: "\n\n")
        let short = try validate(text)
        #expect(short.missing == ["termination"])
        #expect(short.warnings == ["no governing law"])
    }

    @Test("misses the title of a text that has none")
    func title() throws {
        var extraction = DocumentExtractor.extract(SampleText.contract)
        extraction.title = nil
        let validation = try DocumentValidator.validate(extraction, kind: .contract, text: SampleText.contract)
        #expect(validation.missing == ["title"])
        #expect(!validation.isValid)
    }

    @Test("warns that it can say little about a text of unknown kind")
    func unknown() throws {
        let validation = try validate(SampleText.notes)
        #expect(validation.isValid)
        #expect(validation.warnings.count == 1)
    }

    private func isLetter(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isLetter }

    @Test("refuses a licence that breaks off in a sentence", arguments: LicenceText.present)
    func truncated(_ licence: LicenceText) throws {
        let text = licence.text
        let bytes = Array(text.utf8)
        // The first space behind the middle that stands between two words, some way into a paragraph.
        let space = try #require(
            bytes.indices.first { index in
                index > bytes.count / 2 && bytes[index] == 0x20 && isLetter(bytes[index - 1])
                    && isLetter(bytes[index + 1])
                    && !String(decoding: bytes[index - 60..<index], as: UTF8.self).contains("\n\n")
            })
        #expect(throws: DocumentDamaged.self) { try validate(String(decoding: bytes[..<space], as: UTF8.self)) }
    }

    @Test("refuses a scan full of unreadable characters", arguments: ["\u{FFFD}", "\u{0}", "\u{7}"])
    func unreadable(_ character: String) {
        let text = SampleText.contract.replacing("a", with: character)
        #expect(throws: DocumentDamaged.self) { try validate(text) }
    }

    @Test("refuses what is nearly empty", arguments: ["", "   \n\n", "Agreement.", "# Licence\n\nSee below."])
    func empty(_ text: String) {
        #expect(throws: DocumentDamaged.self) { try validate(text) }
    }

    @Test("says how a text is damaged")
    func reason() throws {
        let text = SampleText.contract + " It ends when the"
        let expected = "it breaks off in the middle of a sentence: '… by the laws of Norway. It ends when the'"
        let damage = try #require(throws: DocumentDamaged.self) { try validate(text) }
        #expect(damage.reason == expected)
    }

    @Test("does not take a list, a signature, an address or a table at the end for damage")
    func endings() throws {
        let endings = [
            "\n\nJane Doe", "\n\n- twine\n- two bags", "\n\nhttps://example.org/notes", "\n\n| a | b |", " \u{FFFD}",
        ]
        for ending in endings { _ = try validate(SampleText.notes + ending) }
    }
}
