/// A phrase that speaks for a kind of document, and how strongly.
struct Signal: Sendable {
    let phrase: String
    let kind: DocumentKind
    let weight: Double

    /// Names in titles. The first that fits decides: "lesser general public license" stands before the one it contains.
    static let titles: [Signal] = [
        of(.weakCopyleftLicence, 10, "lesser general public license", "library general public license"),
        of(.weakCopyleftLicence, 10, "mozilla public license", "eclipse public license"),
        of(.weakCopyleftLicence, 10, "common development and distribution license"),
        of(.documentationLicence, 10, "free documentation license", "documentation license"),
        of(.copyleftLicence, 10, "general public license", "european union public licen", "sharealike"),
        of(.publicDomainDedication, 10, "cc0", "unlicense", "public domain"),
        of(.permissiveLicence, 10, "apache license", "artistic license", "bsd", "mit license", "isc license"),
        of(.permissiveLicence, 10, "zlib license", "boost software license", "creative commons attribution"),
        of(.contract, 6, "agreement", "contract", "terms of service", "terms of use", "statement of work"),
    ].flatMap(\.self)

    /// Wording anywhere in the text.
    static let wording: [Signal] = [
        of(.permissiveLicence, 5, "permission is hereby granted free of charge"),
        of(.permissiveLicence, 4, "redistribution and use in source and binary forms"),
        of(.permissiveLicence, 4, "permission to use copy modify and or distribute"),
        of(.permissiveLicence, 3, "perpetual worldwide non exclusive no charge royalty free"),
        of(.permissiveLicence, 2, "with or without modification are permitted", "without restriction"),
        of(.permissiveLicence, 1, "may not be used to endorse or promote", "freely available"),

        of(.copyleftLicence, 3, "cause the whole of any work", "license the entire work as a whole"),
        of(.copyleftLicence, 3, "to be licensed at no charge to all third parties", "licensed as a whole"),
        of(.copyleftLicence, 2, "propagate or modify a covered work", "complete corresponding machine readable source"),
        of(.copyleftLicence, 1, "copyleft", "corresponding source", "free software", "protect your rights"),

        of(.weakCopyleftLicence, 3, "work that uses the library", "works that use the library", "combined library"),
        of(.weakCopyleftLicence, 3, "covered software", "covered code"),
        of(.weakCopyleftLicence, 2, "larger work", "combined work", "linked version", "secondary license"),

        of(.documentationLicence, 3, "invariant sections", "front cover texts"),
        of(.documentationLicence, 2, "opaque copy", "transparent copy", "title page"),

        of(.publicDomainDedication, 5, "free and unencumbered software released into the public domain"),
        of(.publicDomainDedication, 4, "waives abandons and surrenders"),
        of(.publicDomainDedication, 2, "relinquish those rights", "dedicate", "affirmer"),

        of(.contract, 3, "in witness whereof", "by and between", "this agreement is entered into"),
        of(.contract, 2, "this agreement", "the parties", "either party", "each party", "this contract"),
        of(.contract, 2, "the contractor", "the supplier", "the customer", "the client", "confidential information"),
        of(.contract, 1, "hereinafter", "governing law", "governed by the laws", "effective date", "invoice"),
    ].flatMap(\.self)

    private static func of(_ kind: DocumentKind, _ weight: Double, _ phrases: String...) -> [Signal] {
        phrases.map { Signal(phrase: $0, kind: kind, weight: weight) }
    }
}
