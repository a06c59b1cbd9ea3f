import Testing

/// One loop in Package.swift gives every target the same settings, so that none is laxer than the others.
@Suite("Settings")
struct SettingsTests {
    private static let settings = [
        ".swiftLanguageMode(.v6)", ".treatAllWarnings(as: .error)", ".strictMemorySafety()",
        #".enableUpcomingFeature("ExistentialAny")"#, #".enableUpcomingFeature("ImmutableWeakCaptures")"#,
        #".enableUpcomingFeature("InferIsolatedConformances")"#, #".enableUpcomingFeature("InternalImportsByDefault")"#,
        #".enableUpcomingFeature("MemberImportVisibility")"#,
        #".enableUpcomingFeature("NonisolatedNonsendingByDefault")"#,
    ]

    @Test("The loop sets everything, for every target, and nothing else sets anything")
    func loop() throws {
        let package = try Repository.text(of: "Package.swift")
        let parts = package.split(separator: "for target in package.targets where target.type != .system {")
        try #require(parts.count == 2, "the loop over all targets is there once")
        for setting in Self.settings { #expect(parts[1].contains(setting), "\(setting) is missing") }
        #expect(!parts[0].contains("wiftSettings"), "a target has settings of its own")
        #expect(!package.contains("unsafe" + "Flags"))
        #expect(!package.contains("disable" + "Warning") && !package.contains("treat" + "Warning("))
    }
}
