/// What kind of text a document is.
package enum DocumentKind: String, Sendable, CaseIterable {
    case permissiveLicence = "permissive-licence"
    case copyleftLicence = "copyleft-licence"
    case weakCopyleftLicence = "weak-copyleft-licence"
    case documentationLicence = "documentation-licence"
    case publicDomainDedication = "public-domain-dedication"
    case contract
    case unknown
}
