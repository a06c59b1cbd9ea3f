import Glibc
import JSON
import Sockets
import Yams

/// The services that somebody works with, by names of their own: a YAML or JSON file.
///
/// ```yaml
/// default: local
/// profiles:
///   local: http://127.0.0.1:8080
///   production: http://ganglion.internal:8080
/// ```
struct ProfilesFile {
    let path: String
    /// The profile that is meant when nothing is said.
    private(set) var standard: String?
    private var profiles: [String: (url: String, line: Int?)] = [:]

    private static let longest = 1 << 20

    /// Where it is: `GANGLION_PROFILES` says so, or it is with the user's other settings (the XDG base directory
    /// specification, where paths that are not absolute do not count).
    static func path(_ variable: (String) -> String?) -> String? {
        if let path = variable("GANGLION_PROFILES") { return path }
        if let folder = variable("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
            return "\(folder)/ganglion/profiles.yaml"
        }
        return variable("HOME").map { "\($0)/.config/ganglion/profiles.yaml" }
    }

    /// `nil` if there is none and nobody said that there is.
    static func find(_ variable: (String) -> String?) throws(SettingsError) -> ProfilesFile? {
        guard let path = path(variable) else { return nil }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try TextFile.bytes(of: path, limit: longest)
        } catch {
            if error.code == ENOENT, variable("GANGLION_PROFILES") == nil { return nil }
            let reason = unsafe String(cString: strerror(error.code))
            throw SettingsError(problems: [.init(origin: path, text: "cannot be read: \(reason)")])
        }
        return try ProfilesFile(String(decoding: bytes, as: UTF8.self), at: path)
    }

    init(_ text: String, at path: String) throws(SettingsError) {
        self.path = path
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw SettingsError(problems: [.init(origin: path, text: "neither YAML nor JSON: \(error)")])
        }
        // A file with nothing but comments is in order.
        guard let root else { return }
        var problems: [SettingsError.Problem] = []
        func refuse(_ node: Node, _ text: String) {
            problems.append(.init(origin: "\(path)\(node.mark.map { ":\($0.line)" } ?? "")", text: text))
        }
        guard let mapping = root.mapping else {
            refuse(root, "has to have 'profiles', and may have a 'default'")
            throw SettingsError(problems: problems)
        }
        for (key, value) in mapping {
            switch key.string {
            case "default": standard = value.scalar?.string
            case "profiles":
                guard let named = value.mapping else {
                    refuse(value, "'profiles' have to be URLs by name, such as 'local: \(ServiceAddress.fallback)'")
                    continue
                }
                for (name, url) in named {
                    guard let name = name.string, let url = url.scalar?.string ?? url.mapping?["url"]?.scalar?.string
                    else {
                        refuse(url, "a profile has to be a URL, such as 'local: \(ServiceAddress.fallback)'")
                        continue
                    }
                    profiles[name] = (url, key.mark?.line)
                }
            default: refuse(key, "'\(key.string ?? "")' is neither 'default' nor 'profiles'")
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
    }

    func address(of name: String, namedBy origin: String) throws(SettingsError) -> ServiceAddress {
        guard let profile = profiles[name] else {
            let near = Suggestion.text(for: name, among: profiles.keys)
            let known =
                profiles.isEmpty ? "; there are none" : "; there are \(profiles.keys.sorted().joined(separator: ", "))"
            throw SettingsError(problems: [
                .init(origin: origin, text: "\(path) has no profile '\(name)'\(near.isEmpty ? known : near)")
            ])
        }
        return ServiceAddress(url: profile.url, origin: "\(path), profile '\(name)'")
    }
}
