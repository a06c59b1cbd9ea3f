import Coordination
import HTTP
import HTTPWire
import JSON
import WorkflowCore

/// Reads a request's query parameters, strictly.
struct QueryReader {
    private let items: [Query.Item]
    private var asked: [String] = []

    init(_ request: Request) throws(ProblemDocument) {
        do throws(PercentEncodingError) {
            items = try request.query.items()
        } catch {
            throw .parameter(Self.undecodable(in: request.query), "\(error)")
        }
    }

    /// The name, as it was sent, of the first parameter that cannot be decoded.
    private static func undecodable(in query: Query) -> String {
        let pairs = (query.raw ?? "").split(separator: "&").map(String.init)
        let pair = pairs.first { (try? Query($0).items()) == nil } ?? ""
        return String(pair.prefix { $0 != "=" })
    }

    mutating func all(_ name: String) -> [String] {
        asked.append(name)
        return items.filter { $0.name == name }.map(\.value)
    }

    mutating func one(_ name: String) throws(ProblemDocument) -> String? {
        let values = all(name)
        guard values.count <= 1 else {
            throw .parameter(name, "it may be given once, and is given \(values.count) times")
        }
        return values.first
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ProblemDocument) -> Int? {
        guard let text = try one(name) else { return nil }
        let isDigits = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDigits, let value = Int(text), range.contains(value) else {
            let expected = "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw .parameter(name, "\(expected), found '\(text.prefix(32))'")
        }
        return value
    }

    mutating func enumerated<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, as type: Value.Type
    ) throws(ProblemDocument) -> Value? {
        guard let text = try one(name) else { return nil }
        return try Self.value(text, of: name)
    }

    /// Each of them one of those that are allowed.
    mutating func several<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, as type: Value.Type
    ) throws(ProblemDocument) -> [Value] {
        var values: [Value] = []
        for text in all(name) { values.append(try Self.value(text, of: name)) }
        return values
    }

    private static func value<Value: CaseIterable & RawRepresentable<String>>(
        _ text: String, of name: String
    ) throws(ProblemDocument) -> Value {
        if let value = Value(rawValue: text) { return value }
        let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw .parameter(name, "'\(text.prefix(64))' is not one of: \(allowed)")
    }

    private static let longestWait = Duration.seconds(60)

    /// How long to wait for news; not at all if nothing is said.
    mutating func wait() throws(ProblemDocument) -> Duration? {
        guard let text = try one("wait") else { return nil }
        guard let duration = Duration(text: text) else {
            throw .parameter("wait", "'\(text.prefix(32))' is not a duration: \(Duration.textForm)")
        }
        guard duration <= Self.longestWait else {
            throw .parameter("wait", "\(text) is more than the limit of \(Self.longestWait.text)")
        }
        return duration
    }

    private static let maximumLabels = 16

    /// Labels that all of a list's elements have.
    mutating func labels() throws(ProblemDocument) -> [WorkflowFilter.Label] {
        let texts = all("label")
        guard texts.count <= Self.maximumLabels else {
            throw .parameter("label", "\(texts.count) labels are more than the limit of \(Self.maximumLabels)")
        }
        var labels: [WorkflowFilter.Label] = []
        for text in texts {
            guard let label = WorkflowFilter.Label(text: text) else {
                throw .parameter("label", "'\(text.prefix(64))' is not a label and its value as 'key:value'")
            }
            labels.append(label)
        }
        return labels
    }

    /// `isPlace` knows the list's own cursors.
    mutating func page(_ isPlace: (String) -> Bool) throws(ProblemDocument) -> PageRequest {
        let limit = try integer("limit", in: 1...1000) ?? 50
        let cursor = try one("cursor")
        if let cursor, !isPlace(cursor) {
            throw .parameter("cursor", "expected the 'next_cursor' of the page before")
        }
        return PageRequest(cursor: cursor, limit: limit)
    }

    /// Refuses what nobody asked for.
    func finish() throws(ProblemDocument) {
        for item in items where !asked.contains(item.name) {
            let name = String(item.name.prefix(64))
            throw .parameter(name, "there is no such parameter here\(Suggestion.text(for: name, among: asked))")
        }
    }
}

extension WorkflowFilter.Label {
    init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Identifier.isValid(String(parts[0])), parts[1].utf8.count <= 128 else { return nil }
        self.init(name: String(parts[0]), value: String(parts[1]))
    }
}
