import Foundation
import Testing

/// A target imports only what stands below it. A new arrow is a decision, and is made in this table.
@Suite("Layers")
struct LayeringTests {
    private static let collections: Set = [
        "Collections", "OrderedCollections", "DequeModule", "HeapModule", "BitCollections", "HashTreeCollections",
    ]
    /// What a shell may use of the system; the pure layers may not.
    private static let system: Set = ["Glibc", "Dispatch", "Synchronization"]

    static let layers: [String: Set<String>] = [
        "ganglion": system.union([
            "ServiceAPI", "GanglionClient", "DocumentAgents", "Coordination", "WorkflowCore", "HTTP", "HTTPWire",
            "RedisStreams", "Sockets", "JSON", "ArgumentParser", "Configuration", "ServiceLifecycle", "Logging",
            "Metrics", "CoreMetrics", "UnixSignals", "Histogram", "Yams", "SwiftOverlayShims",
        ]),
        "ServiceAPI": system.union([
            "Contract", "Dashboard", "Coordination", "WorkflowCore", "HTTP", "HTTPWire", "Sockets", "JSON",
            "HTTPTypes", "CCrypto", "ServiceLifecycle", "Logging", "Metrics", "CoreMetrics",
        ]),
        "GanglionClient": system.union([
            "HTTP", "HTTPWire", "Sockets", "JSON", "HTTPTypes", "ServiceLifecycle", "Logging",
        ]),
        "DocumentAgents": ["JSON"],
        "Contract": [],
        "Dashboard": [],
        "Coordination": system.union(collections).union([
            "WorkflowCore", "RedisStreams", "Sockets", "JSON", "ASCII", "ServiceLifecycle", "Logging", "Metrics",
            "CoreMetrics",
        ]),
        "WorkflowCore": collections.union(["JMESPath", "JSON", "ASCII"]),
        "JMESPath": collections.union(["JSON"]),
        "JSON": collections.union(["ASCII"]),
        "RedisStreams": system.union(collections).union(["Sockets", "ASCII", "CHiredis", "Logging"]),
        "HTTP": system.union(collections).union(["HTTPWire", "Sockets", "HTTPTypes", "ServiceLifecycle", "Logging"]),
        "HTTPWire": ["HTTPTypes"],
        "Sockets": system.union(collections).union(["CLinux"]),
        "ASCII": [],
        "CLinux": [],
        "CHiredis": [],
        "CCrypto": [],
        // Beside the layers, but programs and not tests.
        "Simulation": [
            "Coordination", "WorkflowCore", "Sockets", "JSON", "TestKit", "Logging", "Synchronization",
        ],
        "simulate": system.union(["Simulation", "ArgumentParser"]),
    ]

    @Test("Every target's imports stand below it")
    func imports() {
        let programs = Repository.tests.filter { Self.layers[$0.target] != nil }
        let found = (Repository.sources + programs).flatMap { file in
            let allowed = Self.layers[file.target]
            return file.violations(in: file.source.codeLines) { line in
                guard let module = Self.importedModule(line) else { return nil }
                guard let allowed else { return "the target \(file.target) is not in the table of layers" }
                return allowed.contains(module) ? nil : "\(file.target) may not import \(module)"
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("Package.swift gives no target a dependency that the table does not have")
    func dependencies() throws {
        let products = [
            "log": "Logging", "metrics": "Metrics", "httpTypes": "HTTPTypes", "collections": "Collections",
            "lifecycle": "ServiceLifecycle", "arguments": "ArgumentParser", "configuration": "Configuration",
            "signals": "UnixSignals", "histogram": "Histogram", "yaml": "Yams",
        ]
        let package = SourceText(try Repository.text(of: "Package.swift")).lines.joined(separator: "\n")
        for (target, allowed) in Self.layers {
            let name = try #require(package.range(of: "name: \"\(target)\"", options: .backwards))
            let rest = package[name.upperBound...].drop { $0 == "," || $0.isWhitespace }
            guard rest.hasPrefix("dependencies: [") else { continue }
            let list = rest.dropFirst("dependencies: [".count).prefix { $0 != "]" }.split(separator: ",")
            for word in list.map({ $0.trimmingCharacters(in: .whitespacesAndNewlines) }) where !word.isEmpty {
                let module = word.hasPrefix("\"") ? String(word.dropFirst().dropLast()) : products[word] ?? word
                #expect(allowed.contains(module), "\(target) may not depend on \(module)")
            }
        }
    }

    /// No target needs it: it would be linked into every binary for what a few lines of our own do.
    @Test("Sources do not import Foundation, save where it earns its place")
    func foundation() {
        let exceptions: Set<String> = []
        let found = Repository.sources.filter { !exceptions.contains($0.path) }.flatMap { file in
            file.violations(in: file.source.codeLines) { line in
                Self.importedModule(line)?.hasPrefix("Foundation") == true ? "imports Foundation" : nil
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// `JSON` in `package import struct JSON.JSONText`.
    static func importedModule(_ line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let position = words.firstIndex(of: "import") else { return nil }
        let modifiers: Set<Substring> = ["package", "public", "internal", "private", "fileprivate"]
        guard words[..<position].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
        let path = words[(position + 1)...].first { !kinds.contains($0) }
        return path?.split(separator: ".").first.map(String.init)
    }

    @Test(
        "An import is read whatever stands around its module",
        arguments: [
            ("import JSON", "JSON"), ("package import JSON", "JSON"), ("@testable import WorkflowCore", "WorkflowCore"),
            ("    import Glibc", "Glibc"), ("import struct JSON.JSONText", "JSON"), ("let import = 1", nil), ("", nil),
        ] as [(String, String?)])
    func reading(_ line: String, _ module: String?) { #expect(Self.importedModule(line) == module) }
}
