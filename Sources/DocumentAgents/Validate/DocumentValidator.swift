/// Checks that a document is whole and has the parts that a text of its kind needs.
package enum DocumentValidator {
    package static let titlePart = "title"

    package static func validate(
        _ extraction: Extraction, kind: DocumentKind, text: String
    ) throws(DocumentDamaged) -> Validation {
        let document = DocumentText(text)
        try DamageCheck.check(document)

        let found = Clause.found(in: document)
        var absent = kind.required.filter { !found.contains($0) }
        var warnings: [String] = []
        if found.contains(.incorporation), !absent.isEmpty, found.contains(.grant) || found.contains(.conditions) {
            let names = absent.map(\.rawValue).joined(separator: ", ")
            warnings.append("left to the text whose terms it takes over: \(names)")
            absent = []
        }
        let missing = (extraction.title == nil ? [titlePart] : []) + absent.map(\.rawValue)
        for clause in kind.advised where !found.contains(clause) { warnings.append("no \(clause.rawValue)") }
        warnings += remarks(extraction, kind)
        return Validation(missing: missing, warnings: warnings)
    }

    private static func remarks(_ extraction: Extraction, _ kind: DocumentKind) -> [String] {
        switch kind {
        case .unknown: ["the kind is unknown: only the title and the state of the text were checked"]
        case .contract: extraction.dates.isEmpty ? ["no date"] : []
        case .copyleftLicence, .weakCopyleftLicence, .documentationLicence, .publicDomainDedication:
            extraction.version == nil ? ["no version"] : []
        case .permissiveLicence: []
        }
    }
}
