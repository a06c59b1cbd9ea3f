import JSON

/// JSON text that was checked: plans, payloads and results are moved in this form, byte for byte as they were made.
///
/// Made from text, or from a literal whose parts may be other documents:
///
/// ```swift
/// let plan = try JSONDocument(parsing: #"{"name": "one-step", "steps": [{"id": "read", "task_type": "read"}]}"#)
/// let result: JSONDocument = ["kind": "license", "pages": 3, "title": .string(title)]
/// plan["steps"][0]["id"].string  // "read"
/// ```
///
/// Two documents are equal if they are the same bytes.
public struct JSONDocument: Hashable, Sendable, CustomStringConvertible {
    let json: JSONText

    /// The service takes 64 levels; what it answers with wraps some more around a result of such a depth.
    private static let limits = JSONLimits(maximumDepth: 128)

    /// Checks the text as JSON (RFC 8259). Stricter than that where it leaves room: names are unique within their
    /// object, integers fit in 64 bits.
    public init(parsing text: String) throws(GanglionError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Checks the bytes as JSON in UTF-8.
    public init(parsing bytes: [UInt8]) throws(GanglionError) {
        do throws(JSONError) {
            json = try JSONText(validating: bytes, limits: Self.limits)
        } catch {
            throw .invalidArgument("not JSON: \(error)")
        }
    }

    init(_ json: JSONText) {
        self.json = json
    }

    public var text: String { json.string }
    public var bytes: [UInt8] { json.bytes }
    public var description: String { text }

    // MARK: Looking up

    /// The value that the document is.
    public var root: JSONElement { JSONElement(JSONNode(json)) }

    /// The member of that name, if the document is an object that has it.
    public subscript(name: String) -> JSONElement { root[name] }

    /// The element at that place, if the document is an array that has it.
    public subscript(index: Int) -> JSONElement { root[index] }
}

/// A value in a document, or nothing where there is none: look-ups may go on from there and find nothing either.
public struct JSONElement: Sendable {
    let node: JSONNode?

    init(_ node: JSONNode?) {
        self.node = node
    }

    /// There is a value here; it may be `null`.
    public var exists: Bool { node != nil }
    public var isNull: Bool { node?.kind == .null }

    public var string: String? { node?.string }
    public var bool: Bool? { node?.bool }
    /// A number that is written without fraction and exponent.
    public var integer: Int? { node?.int64.flatMap(Int.init(exactly:)) }
    public var double: Double? { node?.double }
    /// The elements of an array; none if it is something else.
    public var elements: [JSONElement] { node?.elements.map(JSONElement.init) ?? [] }
    /// The members of an object in the order of the text; none if it is something else.
    public var members: [(name: String, value: JSONElement)] {
        node?.members.map { ($0.name, JSONElement($0.node)) } ?? []
    }
    /// The value as a document of its own.
    public var document: JSONDocument? { node.map { JSONDocument($0.text) } }

    /// Where it begins in its document, in bytes.
    package var offset: Int? { node?.offset }

    public subscript(name: String) -> JSONElement { JSONElement(node?.member(name)) }

    public subscript(index: Int) -> JSONElement {
        let elements = node?.elements ?? []
        return JSONElement(elements.indices.contains(index) ? elements[index] : nil)
    }
}
