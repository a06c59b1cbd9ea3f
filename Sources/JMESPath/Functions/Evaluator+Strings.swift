import JSON
import OrderedCollections

/// `contains`, `starts_with`, `ends_with`, `join`, `length`, `reverse`: text counts in code points, as UTF-8 compares.
extension Evaluator {
    mutating func contains(_ call: Call) throws(JMESPathError) -> JSONValue {
        switch (call.values[0], call.values[1]) {
        case (.string(let text), .string(let part)):
            try budget.spendReading(8 * (text.utf8.count + part.utf8.count))
            return .bool(TextSearch.contains(Array(text.utf8), Array(part.utf8)))
        case (.array(let elements), let wanted):
            for element in elements {
                try budget.spendComparing(wanted)
                if element == wanted { return .bool(true) }
            }
            return .bool(false)
        default: return .bool(false)
        }
    }

    mutating func affix(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard let text = call.values[0].text, let affix = call.values[1].text else { return .null }
        try budget.spendReading(affix.utf8.count)
        guard affix.utf8.count <= text.utf8.count else { return .bool(false) }
        let isPrefix = call.function == .startsWith
        let part = isPrefix ? text.utf8.prefix(affix.utf8.count) : text.utf8.suffix(affix.utf8.count)
        return .bool(part.elementsEqual(affix.utf8))
    }

    mutating func join(_ call: Call) throws(JMESPathError) -> JSONValue {
        guard let glue = call.values[0].text, case .array(let elements) = call.values[1] else { return .null }
        var bytes: [UInt8] = []
        for (position, element) in elements.enumerated() {
            let text = element.text ?? ""
            let added = position == 0 ? text.utf8.count : text.utf8.count + glue.utf8.count
            try budget.spendReading(added)
            try budget.spendWriting(added)
            if position > 0 { bytes += glue.utf8 }
            bytes += text.utf8
        }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    mutating func length(_ call: Call) throws(JMESPathError) -> JSONValue {
        switch call.values[0] {
        case .string(let text):
            try budget.spendReading(text.utf8.count)
            return .integer(Int64(text.unicodeScalars.count))
        case .array(let elements): return .integer(Int64(elements.count))
        case .object(let members): return .integer(Int64(members.count))
        default: return .null
        }
    }

    mutating func reverse(_ call: Call) throws(JMESPathError) -> JSONValue {
        switch call.values[0] {
        case .string(let text):
            try budget.spendReading(8 * text.utf8.count)
            var reversed = String.UnicodeScalarView()
            reversed.append(contentsOf: text.unicodeScalars.reversed())
            return .string(String(reversed))
        case .array(let elements): return .array(elements.reversed())
        default: return .null
        }
    }
}
