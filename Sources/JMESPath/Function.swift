/// The built-in functions; the raw value is the name in expressions.
enum Function: String, CaseIterable, Sendable {
    case abs, avg, ceil, contains
    case endsWith = "ends_with"
    case floor, join, keys, length, map, max
    case maxBy = "max_by"
    case merge, min
    case minBy = "min_by"
    case notNull = "not_null"
    case reverse, sort
    case sortBy = "sort_by"
    case startsWith = "starts_with"
    case sum
    case toArray = "to_array"
    case toNumber = "to_number"
    case toString = "to_string"
    case type, values

    var signature: Signature {
        switch self {
        case .abs, .ceil, .floor: Signature([.number])
        case .avg, .sum: Signature([.numbers])
        case .contains: Signature([.stringOrArray, .any])
        case .endsWith, .startsWith: Signature([.string, .string])
        case .join: Signature([.string, .strings])
        case .keys, .values: Signature([.object])
        case .length: Signature([.countable])
        case .map: Signature([.reference, .array])
        case .max, .min, .sort: Signature([.comparables])
        case .maxBy, .minBy, .sortBy: Signature([.array, .reference])
        case .merge: Signature([.object], isVariadic: true)
        case .notNull: Signature([.any], isVariadic: true)
        case .reverse: Signature([.stringOrArray])
        case .toArray, .toNumber, .toString, .type: Signature([.any])
        }
    }
}
