import Foundation
import Testing

@testable import ganglion

@Suite("Where the service is")
struct ServiceAddressTests {
    private static let file = """
        default: local
        profiles:
          local: http://127.0.0.1:8080
          production:
            url: http://ganglion.internal:8080
        """

    private func find(
        url: String? = nil, profile: String? = nil, _ variables: [String: String] = [:], file: String? = Self.file
    ) throws -> ServiceAddress {
        let folder = FileManager.default.temporaryDirectory.appending(path: "profiles-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "ganglion"), withIntermediateDirectories: true)
        let path = folder.appending(path: "ganglion/profiles.yaml").path
        if let file { try file.write(toFile: path, atomically: true, encoding: .utf8) }
        let variables = ["XDG_CONFIG_HOME": folder.path].merging(variables) { $1 }
        do {
            return try ServiceAddress.find(url: url, profile: profile) { variables[$0] }
        } catch {
            throw SettingsError(
                problems: error.problems.map { problem in
                    .init(
                        origin: problem.origin.replacingOccurrences(of: path, with: "FILE"),
                        text: problem.text.replacingOccurrences(of: path, with: "FILE"))
                })
        }
    }

    @Test("The command line comes before the environment, and that before the file's default")
    func order() throws {
        let both = ["GANGLION_URL": "http://v:1", "GANGLION_PROFILE": "production"]
        #expect(try find(url: "http://o:1", profile: "production", both).url == "http://o:1")
        #expect(try find(profile: "local", both).url == "http://127.0.0.1:8080")
        #expect(try find(both).url == "http://v:1")
        #expect(try find(["GANGLION_PROFILE": "production"]).url == "http://ganglion.internal:8080")
        #expect(try find().origin.hasSuffix("profile 'local'"))
        #expect(try find(file: nil) == ServiceAddress(url: ServiceAddress.fallback, origin: "the default"))
        #expect(try find(file: "# nothing\n").url == ServiceAddress.fallback)
    }

    @Test(
        "What is wrong is told with the place where it stands",
        arguments: [
            ("default: none\nprofiles: {a: 'http://a'}", "default: FILE has no profile 'none'; there are a"),
            ("profiles: [a]", "FILE:1: 'profiles' have to be URLs by name, such as 'local: http://127.0.0.1:8080'"),
            ("profiles:\n  a: [b]", "FILE:2: a profile has to be a URL, such as 'local: http://127.0.0.1:8080'"),
            ("profile: x", "FILE:1: 'profile' is neither 'default' nor 'profiles'"),
            ("- a", "FILE:1: has to have 'profiles', and may have a 'default'"),
        ])
    func wrong(_ file: String, _ text: String) {
        let error = #expect(throws: SettingsError.self) { try find(file: file) }
        #expect(error?.description == text)
    }

    @Test("A profile that is not there is told with the one that may be meant")
    func unknown() {
        let near = #expect(throws: SettingsError.self) { try find(profile: "produktion") }
        #expect(near?.description == "--profile: FILE has no profile 'produktion'; did you mean 'production'?")
        let none = #expect(throws: SettingsError.self) { try find(profile: "x", file: nil) }
        #expect(none?.description == "--profile: there is no profile 'x', because there is no file FILE")
        let missing = #expect(throws: SettingsError.self) { try find(["GANGLION_PROFILES": "/nowhere/at/all"]) }
        #expect(missing?.description == "/nowhere/at/all: cannot be read: No such file or directory")
    }
}
