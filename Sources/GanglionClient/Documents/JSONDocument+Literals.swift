import JSON

/// Documents from values and literals.
extension JSONDocument {
    public static var null: JSONDocument { JSONDocument(.null) }

    public static func string(_ string: String) -> JSONDocument { written { $0.string(string) } }
    public static func bool(_ bool: Bool) -> JSONDocument { written { $0.bool(bool) } }
    public static func integer(_ integer: Int) -> JSONDocument { written { $0.integer(integer) } }

    /// JSON has no spelling for infinities and NaN: they become `null`.
    public static func double(_ double: Double) -> JSONDocument { written { $0.double(double) } }

    public static func array(_ elements: some Sequence<JSONDocument>) -> JSONDocument {
        written { writer in writer.array(elements) { $0.raw($1.json) } }
    }

    /// Of members with the same name the last one counts.
    public static func object(_ members: some Sequence<(String, JSONDocument)>) -> JSONDocument {
        let all = Array(members)
        let last = Dictionary(all.enumerated().map { ($1.0, $0) }, uniquingKeysWith: max)
        return written { writer in
            writer.object { writer in
                for (place, (name, value)) in all.enumerated() where last[name] == place {
                    writer.field(name, raw: value.json)
                }
            }
        }
    }

    private static func written(_ write: (inout JSONWriter) -> Void) -> JSONDocument {
        var writer = JSONWriter()
        write(&writer)
        return JSONDocument(writer.text)
    }
}

extension JSONDocument: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// A JSON string, not JSON text.
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONDocument...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONDocument)...) { self = .object(elements) }
}
