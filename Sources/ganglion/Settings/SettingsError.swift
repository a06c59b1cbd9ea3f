/// Everything that is wrong with the settings, at once.
struct SettingsError: Error, Hashable, CustomStringConvertible {
    var problems: [Problem]

    struct Problem: Hashable, CustomStringConvertible {
        /// The option, the variable, or the place in the file.
        let origin: String
        let text: String

        var description: String { "\(origin): \(text)" }
    }

    var description: String {
        guard problems.count > 1 else { return problems.first?.description ?? "" }
        return "these settings are wrong:" + problems.map { "\n  \($0)" }.joined()
    }
}
