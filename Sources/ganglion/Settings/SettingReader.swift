import JSON
import WorkflowCore

/// Reads settings one by one, and collects what is wrong with them: whoever gives three wrong ones is told of three.
struct SettingReader {
    let sources: SettingSources
    private(set) var problems: [SettingsError.Problem] = []

    init(_ sources: SettingSources) {
        self.sources = sources
    }

    /// Throws if anything was wrong.
    func finish() throws(SettingsError) {
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }

    // MARK: Values

    mutating func values<Value>(
        _ name: SettingName, default fallback: [Value], allowed: String, _ read: (String) -> Value?
    ) -> [Value] {
        guard let given = sources.find(name) else { return fallback }
        return given.texts.compactMap { text in
            let value = read(text)
            if value == nil { refuse(given.origin, text, allowed, isSecret: name == .redis) }
            return value
        }
    }

    /// `nil` if it is not given, or wrong.
    mutating func value<Value>(_ name: SettingName, allowed: String, _ read: (String) -> Value?) -> Value? {
        values(name, default: [], allowed: allowed, read).first
    }

    mutating func duration(_ name: SettingName, default fallback: Duration, in range: ClosedRange<Duration>) -> Duration
    {
        let bounds = "from \(range.lowerBound.text) to \(range.upperBound.text)"
        return value(name, allowed: "a number and a unit, \(bounds), such as 500ms, 1.5s, 2h or 7d") { text in
            Duration(setting: text).flatMap { range.contains($0) ? $0 : nil }
        } ?? fallback
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: SettingName, default fallback: Value
    ) -> Value where Value.RawValue == String {
        let words = Value.allCases.map(\.rawValue)
        return value(name, allowed: words.joined(separator: ", ")) { Value(rawValue: $0) } ?? fallback
    }

    // MARK: Problems

    /// For what two settings together make wrong: says so where the first of them that is given stands.
    mutating func require(_ isRight: Bool, _ names: SettingName..., otherwise text: String) {
        guard !isRight, let origin = names.lazy.compactMap({ [sources] in sources.find($0)?.origin }).first else {
            return
        }
        problems.append(.init(origin: origin, text: text))
    }

    mutating func refuse(_ origin: String, _ text: String) {
        problems.append(.init(origin: origin, text: text))
    }

    private mutating func refuse(_ origin: String, _ text: String, _ allowed: String, isSecret: Bool) {
        var shown = text
        // Before the last @ of a URL stands the password.
        if isSecret, let at = text.lastIndex(of: "@") { shown = "…\(text[at...])" }
        let quoted = String(shown.prefix(100)).debugDescription.dropFirst().dropLast()
        problems.append(.init(origin: origin, text: "'\(quoted)' is not allowed; allowed: \(allowed)"))
    }
}
