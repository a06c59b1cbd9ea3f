import GanglionClient

/// Where the service is, and who said so.
struct ServiceAddress: Hashable, Sendable {
    let url: String
    /// The option, the variable, or the place in the file.
    let origin: String

    static let fallback = "http://127.0.0.1:8080"

    /// The command line comes before the environment, and that before the file of profiles; within each a URL comes
    /// before a profile.
    static func find(
        url: String?, profile: String?, variable: (String) -> String?
    ) throws(SettingsError) -> ServiceAddress {
        if let url { return ServiceAddress(url: url, origin: "--url") }
        if let profile { return try named(profile, by: "--profile", variable) }
        if let url = variable("GANGLION_URL") { return ServiceAddress(url: url, origin: "GANGLION_URL") }
        if let profile = variable("GANGLION_PROFILE") { return try named(profile, by: "GANGLION_PROFILE", variable) }
        if let file = try ProfilesFile.find(variable), let name = file.standard {
            return try file.address(of: name, namedBy: "default")
        }
        return ServiceAddress(url: fallback, origin: "the default")
    }

    private static func named(
        _ profile: String, by origin: String, _ variable: (String) -> String?
    ) throws(SettingsError) -> ServiceAddress {
        guard let file = try ProfilesFile.find(variable) else {
            let path = ProfilesFile.path(variable) ?? "~/.config/ganglion/profiles.yaml"
            throw SettingsError(problems: [
                .init(origin: origin, text: "there is no profile '\(profile)', because there is no file \(path)")
            ])
        }
        return try file.address(of: profile, namedBy: origin)
    }
}
