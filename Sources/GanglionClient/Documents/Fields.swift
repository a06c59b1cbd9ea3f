import JSON

/// The members of an object in an answer. Fields that are not known here are passed over, so that a newer service may
/// say more; what is missing or of another type than the contract says is an error.
struct Fields {
    private let members: [(name: String, node: JSONNode)]
    /// What the object is, for errors.
    private let subject: String

    init(_ node: JSONNode, _ subject: String) throws(GanglionError) {
        guard node.kind == .object else { throw .unexpectedAnswer("\(subject) is \(node.kind), not an object") }
        members = node.members
        self.subject = subject
    }

    /// `nil` both for what is left out and for `null`.
    func optional(_ name: String) -> JSONNode? {
        guard let node = members.first(where: { $0.name == name })?.node, node.kind != .null else { return nil }
        return node
    }

    func required(_ name: String) throws(GanglionError) -> JSONNode {
        guard let node = optional(name) else { throw .unexpectedAnswer("\(subject) has no '\(name)'") }
        return node
    }

    // MARK: Scalars

    func string(_ name: String) throws(GanglionError) -> String {
        try required(name).string.orThrow(wrong(name))
    }

    func optionalString(_ name: String) throws(GanglionError) -> String? {
        guard let node = optional(name) else { return nil }
        return try node.string.orThrow(wrong(name))
    }

    func integer(_ name: String) throws(GanglionError) -> Int {
        try required(name).int64.flatMap(Int.init(exactly:)).orThrow(wrong(name))
    }

    func optionalInteger(_ name: String) throws(GanglionError) -> Int? {
        optional(name) == nil ? nil : try integer(name)
    }

    func value<Value: RawRepresentable<String>>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(GanglionError) -> Value {
        try Value(rawValue: try string(name)).orThrow(wrong(name))
    }

    func optionalValue<Value: RawRepresentable<String>>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(GanglionError) -> Value? {
        optional(name) == nil ? nil : try value(name)
    }

    func time(_ name: String) throws(GanglionError) -> Timestamp {
        try Timestamp(try string(name)).orThrow(wrong(name))
    }

    func optionalTime(_ name: String) throws(GanglionError) -> Timestamp? {
        optional(name) == nil ? nil : try time(name)
    }

    func bool(_ name: String) throws(GanglionError) -> Bool {
        try required(name).bool.orThrow(wrong(name))
    }

    func optionalDuration(_ name: String) throws(GanglionError) -> Duration? {
        optional(name) == nil ? nil : try duration(name)
    }

    func duration(_ name: String) throws(GanglionError) -> Duration {
        try Duration(text: try string(name)).orThrow(wrong(name))
    }

    // MARK: Containers

    /// The value as it stands; `null` where there is none.
    func document(_ name: String) -> JSONDocument {
        optional(name).map { JSONDocument($0.text) } ?? .null
    }

    func optionalDocument(_ name: String) -> JSONDocument? {
        members.first { $0.name == name }.map { JSONDocument($0.node.text) }
    }

    func strings(_ name: String) throws(GanglionError) -> [String] {
        try list(name) { node throws(GanglionError) in try node.string.orThrow(wrong(name)) }
    }

    func list<Element>(
        _ name: String, _ element: (JSONNode) throws(GanglionError) -> Element
    ) throws(GanglionError) -> [Element] {
        let node = try required(name)
        guard node.kind == .array else { throw wrong(name) }
        var list: [Element] = []
        for node in node.elements { list.append(try element(node)) }
        return list
    }

    /// Empty where there is none.
    func optionalList<Element>(
        _ name: String, _ element: (JSONNode) throws(GanglionError) -> Element
    ) throws(GanglionError) -> [Element] {
        optional(name) == nil ? [] : try list(name, element)
    }

    func optionalObject<Value>(
        _ name: String, _ read: (Fields) throws(GanglionError) -> Value
    ) throws(GanglionError) -> Value? {
        guard let node = optional(name) else { return nil }
        return try read(Fields(node, "the field '\(name)'"))
    }

    /// The members of an object by their names; empty where there is none.
    func optionalMembers<Value>(
        _ name: String, _ value: (JSONNode) -> Value?
    ) throws(GanglionError) -> [String: Value] {
        guard let node = optional(name) else { return [:] }
        var members: [String: Value] = [:]
        for (member, node) in node.members { members[member] = try value(node).orThrow(wrong(name)) }
        return members
    }

    /// All its members, whatever they are.
    func documents() -> [String: JSONDocument] {
        var documents: [String: JSONDocument] = [:]
        for (name, node) in members { documents[name] = JSONDocument(node.text) }
        return documents
    }

    private func wrong(_ name: String) -> GanglionError {
        let found = optional(name)?.text.string.prefix(64) ?? "null"
        return .unexpectedAnswer("\(subject) has a '\(name)' that is not understood: \(found)")
    }
}

extension Optional {
    fileprivate func orThrow(_ error: @autoclosure () -> GanglionError) throws(GanglionError) -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}
