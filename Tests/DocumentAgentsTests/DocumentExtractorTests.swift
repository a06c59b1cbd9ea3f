import DocumentAgents
import JSON
import Testing

@Suite("The document extractor")
struct DocumentExtractorTests {
    @Test("reads title and version of every licence of the system", arguments: LicenceText.present)
    func licences(_ licence: LicenceText) {
        let extraction = DocumentExtractor.extract(licence.text)
        #expect(extraction.title == licence.title)
        #expect(extraction.version == licence.version)
    }

    @Test("reads what the GPL says about itself", .enabled(if: LicenceText.text("GPL-3") != nil))
    func gpl() throws {
        let extraction = DocumentExtractor.extract(try #require(LicenceText.text("GPL-3")))
        #expect(extraction.dates == ["29 June 2007", "20 December 1996", "28 March 2007"])
        #expect(extraction.copyrightHolders == ["Free Software Foundation, Inc."])
        #expect(extraction.headings.contains("15. Disclaimer of Warranty"))
        #expect(extraction.headings.contains("How to Apply These Terms to Your New Programs"))
        #expect(extraction.definedTerms.contains("covered work"))
    }

    @Test("reads a contract's headings, its date and the names that it gives")
    func contract() {
        let extraction = DocumentExtractor.extract(SampleText.contract)
        #expect(extraction.title == "Services Agreement")
        #expect(extraction.dates == ["3 March 2025"])
        #expect(extraction.headings == ["1. Services", "2. Fees", "3. Termination", "4. Liability", "5. Law"])
        #expect(extraction.definedTerms == ["Supplier", "Customer"])
    }

    @Test("reads Markdown")
    func markdown() {
        let extraction = DocumentExtractor.extract(SampleText.notes)
        #expect(extraction.title == "Garden notes")
        #expect(extraction.dates == ["2024-05-01"])
        #expect(extraction.headings == ["What to buy"])
    }

    @Test(
        "takes no number for a day that belongs to a version", arguments: ["Version 1, ", "Version 1.2, ", "No. 40 "])
    func day(_ lead: String) {
        #expect(DocumentExtractor.extract("\(lead)November 2002").dates == ["November 2002"])
    }

    @Test("reads the ways in which dates are written")
    func dates() {
        let text =
            "Signed June 29, 2007, changed on 1st April 2010 (Oct. 1995), and 2020-02-30 and 2020-13-01 you may 20."
        let dates = DocumentExtractor.extract(text).dates
        #expect(dates == ["June 29, 2007", "1 April 2010", "October 1995", "2020-02-30"])
    }

    @Test("reads who holds the copyright, but not the examples of how to name them")
    func holders() {
        let text = """
            Copyright (c) 2021-2024 Ada Example
            Copyright 2019 by Birch & Sons, Ltd. All rights reserved.
            © 2020 Zoë Ångström
            Copyright (C) 19yy  <name of author>
            Copyright (C) year name of author
            Copyright [yyyy] [name of copyright owner]
            The copyright holder may be asked.
            """
        let holders = DocumentExtractor.extract(text).copyrightHolders
        #expect(holders == ["Ada Example", "Birch & Sons, Ltd.", "Zoë Ångström"])
    }

    @Test("comes back from its JSON unchanged")
    func roundTrip() throws {
        for text in [SampleText.contract, SampleText.mit, SampleText.notes, ""] {
            let extraction = DocumentExtractor.extract(text)
            var problems = JSONProblems()
            let back = Extraction(
                JSONNode(try JSONText(validating: extraction.json.bytes)), at: "", problems: &problems)
            #expect(back == extraction)
            #expect(problems.list.isEmpty)
        }
    }
}
