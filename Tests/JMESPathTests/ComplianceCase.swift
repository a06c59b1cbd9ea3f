import Foundation
import JSON
import Testing

/// One case of the official compliance data of JMESPath, read from the folder that holds its files.
struct ComplianceCase: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case result(JSONValue)
        case error(String)
        /// Benchmarks say nothing about the result.
        case anything
    }

    let name: String
    let given: JSONValue
    let expression: String
    let outcome: Outcome

    var testDescription: String { "\(name): \(expression)" }

    static let folder: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["GANGLION_JMESPATH_COMPLIANCE"].map { URL(filePath: $0) }
        let candidates =
            [named, package.appending(path: "../shared/jmespath-compliance").standardizedFileURL]
            + [URL(filePath: "/work/shared/jmespath-compliance")]
        return candidates.compactMap(\.self).first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static let all: [ComplianceCase] = {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            return []
        }
        return names.filter { $0.hasSuffix(".json") }.sorted().flatMap { name in
            do {
                let data = try Data(contentsOf: folder.appending(path: name))
                return cases(in: JSONNode(try JSONText(validating: [UInt8](data))), of: name)
            } catch {
                Issue.record("\(name) cannot be read: \(error)")
                return []
            }
        }
    }()

    private static func cases(in document: JSONNode, of file: String) -> [ComplianceCase] {
        document.elements.enumerated().flatMap { position, group in
            (group.member("cases")?.elements ?? []).enumerated().compactMap { number, entry in
                guard let expression = entry.member("expression")?.string else { return nil }
                return ComplianceCase(
                    name: "\(file) \(position).\(number)", given: group.member("given")?.value ?? .null,
                    expression: expression, outcome: outcome(of: entry))
            }
        }
    }

    private static func outcome(of entry: JSONNode) -> Outcome {
        if let kind = entry.member("error")?.string { return .error(kind) }
        return (entry.member("result")?.value).map(Outcome.result) ?? .anything
    }
}
