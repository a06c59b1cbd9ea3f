import Configuration
import Glibc
import JSON
import Sockets
import Yams

/// The configuration file: settings by name, as YAML or as JSON, which is YAML as well.
struct ConfigFile {
    let provider: InMemoryProvider
    private let path: String
    private let lines: [String: Int]

    private static let longest = 1 << 20

    /// `origin` is what named the file, for the error if it cannot be read.
    init(path: String, namedBy origin: String) throws(SettingsError) {
        var reader = Reader(path: path)
        reader.read(try Self.text(of: path, origin))
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems) }
        self.path = path
        lines = reader.lines
        provider = InMemoryProvider(name: path, values: reader.values)
    }

    func origin(of key: String) -> String {
        "\(path):\(lines[key].map { "\($0):" } ?? "") \(key)"
    }

    private static func text(of path: String, _ origin: String) throws(SettingsError) -> String {
        func failure(_ reason: String) -> SettingsError {
            SettingsError(problems: [.init(origin: origin, text: "\(path) cannot be read: \(reason)")])
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try TextFile.bytes(of: path, limit: longest)
        } catch {
            throw failure(
                error.code == EFBIG ? "it is longer than 1 MiB" : unsafe String(cString: strerror(error.code)))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("it is not UTF-8") }
        return text
    }
}

extension ConfigFile {
    /// Takes a file apart, and collects what is wrong with it.
    private struct Reader {
        let path: String
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var lines: [String: Int] = [:]
        var problems: [SettingsError.Problem] = []

        mutating func read(_ text: String) {
            let root: Node?
            do {
                root = try compose(yaml: text)
            } catch {
                problems.append(.init(origin: path, text: "neither YAML nor JSON: \(error)"))
                return
            }
            // A file without anything but comments is in order.
            guard let root else { return }
            guard let mapping = root.mapping else {
                return refuse(root, "", "has to be settings by name, such as 'heartbeat: 500ms'")
            }
            for (key, value) in mapping { read(key, value) }
        }

        private mutating func read(_ key: Node, _ value: Node) {
            let word = key.string ?? ""
            guard let name = SettingName(rawValue: word), name != .config else {
                let near = Suggestion.text(for: word, among: SettingName.inFile.map(\.rawValue))
                let known = SettingName.inFile.map(\.rawValue).joined(separator: ", ")
                return refuse(key, word, "is no setting\(near.isEmpty ? "; there are \(known)" : near)")
            }
            lines[word] = key.mark?.line
            if let text = value.scalar?.string, !value.isNothing {
                values[AbsoluteConfigKey([word])] = name.value([text])
            } else if let elements = value.sequence, name.isList {
                let texts = elements.compactMap { $0.isNothing ? nil : $0.scalar?.string }
                guard texts.count == elements.count, !texts.isEmpty else {
                    return refuse(value, word, "has to be a text or a list of texts")
                }
                values[AbsoluteConfigKey([word])] = name.value(texts)
            } else {
                refuse(key, word, name.isList ? "has to be a text or a list of texts" : "has to be one value")
            }
        }

        private mutating func refuse(_ node: Node, _ word: String, _ text: String) {
            let line = node.mark.map { ":\($0.line)" } ?? ""
            problems.append(.init(origin: word.isEmpty ? "\(path)\(line)" : "\(path)\(line): \(word)", text: text))
        }
    }
}

extension Node {
    /// `null`, `~`, or nothing at all.
    fileprivate var isNothing: Bool { scalar?.string.isEmpty == true || null != nil }
}
