import Configuration

/// Where a setting may stand, in the order in which they are asked: the command line, the environment, the file.
struct SettingSources {
    private var sources: [Source] = []
    private let environment: EnvironmentVariablesProvider

    private struct Source {
        let provider: any ConfigProvider
        /// What the source calls a setting, from the key that its provider looked up.
        let origin: (String) -> String
        /// A variable that is empty counts as one that is not set; an option does not.
        var emptyIsAbsent = false
    }

    /// A setting as it was written, and where.
    struct Given {
        let texts: [String]
        let origin: String
    }

    /// Reads the file that `config` names, if one of the others gives it.
    init(
        commandLine: [SettingName: [String]], environment: EnvironmentVariablesProvider = EnvironmentVariablesProvider()
    ) throws(SettingsError) {
        self.environment = environment
        let values = commandLine.map { name, texts in
            (AbsoluteConfigKey([name.rawValue]), name.value(texts))
        }
        let options = InMemoryProvider(name: "command line", values: Dictionary(uniqueKeysWithValues: values))
        sources.append(Source(provider: options) { "--\($0)" })
        sources.append(Source(provider: environment.prefixKeys(with: "ganglion"), origin: { $0 }, emptyIsAbsent: true))
        if let given = find(.config), let path = given.texts.first {
            let file = try ConfigFile(path: path, namedBy: given.origin)
            sources.append(Source(provider: file.provider) { file.origin(of: $0) })
        }
    }

    /// The first source that has it decides.
    func find(_ name: SettingName) -> Given? {
        let key = AbsoluteConfigKey([name.rawValue])
        for source in sources {
            guard let found = try? source.provider.value(forKey: key, type: name.isList ? .stringArray : .string),
                let texts = found.value?.texts, !(source.emptyIsAbsent && texts == [""])
            else { continue }
            return Given(texts: texts, origin: source.origin(found.encodedKey))
        }
        return nil
    }

    /// A variable that is not ours, such as HOME; `nil` if it is empty.
    func variable(_ name: String) -> String? {
        guard let value = try? environment.environmentValue(forName: name), !value.isEmpty else { return nil }
        return value
    }
}

extension SettingName {
    /// The form in which the providers have it.
    func value(_ texts: [String]) -> ConfigValue {
        ConfigValue(isList ? .stringArray(texts) : .string(texts.first ?? ""), isSecret: self == .redis)
    }
}

extension ConfigValue {
    fileprivate var texts: [String]? {
        switch content {
        case .string(let text): [text]
        case .stringArray(let texts): texts
        default: nil
        }
    }
}
