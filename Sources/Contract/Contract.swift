/// The API's contract, embedded from openapi.yaml at the repository's top.
package enum Contract {
    package static let yaml = PackageResources.openapi_yaml
}
