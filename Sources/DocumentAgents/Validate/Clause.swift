/// A part that texts of some kinds need, and the wording by which it is known.
enum Clause: String, CaseIterable, Sendable {
    case grant = "grant of rights"
    case conditions = "conditions"
    case warranty = "disclaimer of warranty"
    case liability = "limitation of liability"
    case termination = "termination"
    case waiver = "waiver of rights"
    case parties = "parties"
    case obligations = "obligations"
    case law = "governing law"
    /// Not needed by any kind, but it stands in for the clauses of the other text.
    case incorporation = "terms taken over from another text"

    private var wording: [String] {
        switch self {
        case .grant:
            [
                "you may copy", "you may make and give away", "hereby grant", "permission is hereby granted",
                "grants you",
                "redistribution and use", "are permitted", "permission to use", "you may convey", "grants to",
                "permission is granted", "you are free to",
            ]
        case .conditions:
            [
                "provided that", "conditions are met", "following conditions", "you must", "subject to the",
                "on condition",
                "under the conditions", "provided also that",
            ]
        case .warranty:
            [
                "as is", "without warranty", "without any warranty", "without warranties", "no warranty",
                "no warranties",
                "disclaimer of warranty", "disclaims all warranties", "warranties are disclaimed",
            ]
        case .liability:
            [
                "limitation of liability", "be liable", "not liable", "liable for", "liability is limited",
                "liability shall not exceed", "liability under this agreement",
            ]
        case .termination: ["terminat", "expires", "expiration"]
        case .waiver: ["waives", "relinquish", "dedicates", "dedicate any and all", "into the public domain"]
        case .parties: ["by and between", "between", "the parties", "each party", "either party", "party"]
        case .obligations: ["shall", "agrees to", "will provide", "must", "undertakes to", "is obliged"]
        case .law: ["governing law", "governed by", "laws of", "jurisdiction"]
        case .incorporation: ["incorporates the terms and conditions of", "incorporated by reference"]
        }
    }

    private static let index: (phrases: PhraseIndex, clauses: [Clause]) = {
        let pairs = allCases.flatMap { clause in clause.wording.map { (clause, $0) } }
        return (PhraseIndex(pairs.map(\.1)), pairs.map(\.0))
    }()

    static func found(in document: DocumentText) -> Set<Clause> {
        Set(index.phrases.find(in: FoldedText(document.bytes)).map { index.clauses[$0] })
    }
}

extension DocumentKind {
    /// Without these a text of this kind does not do its work.
    var required: [Clause] {
        switch self {
        case .permissiveLicence: [.grant, .conditions, .warranty]
        case .copyleftLicence, .weakCopyleftLicence: [.grant, .conditions, .warranty, .liability, .termination]
        case .documentationLicence: [.grant, .conditions, .termination]
        case .publicDomainDedication: [.waiver, .warranty]
        case .contract: [.parties, .obligations, .termination]
        case .unknown: []
        }
    }

    /// Usual, and worth a word when it is not there.
    var advised: [Clause] {
        switch self {
        case .permissiveLicence: [.liability]
        case .documentationLicence: [.warranty]
        case .contract: [.liability, .law]
        case .copyleftLicence, .weakCopyleftLicence, .publicDomainDedication, .unknown: []
        }
    }
}
