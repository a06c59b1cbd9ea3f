/// The API's contract, embedded from openapi.yaml at the repository's top.
package enum Contract {
    package static let yaml = PackageResources.openapi_yaml

    /// What the contract says of its version, which is the program's as well.
    package static let version = "0.1.0"
}
