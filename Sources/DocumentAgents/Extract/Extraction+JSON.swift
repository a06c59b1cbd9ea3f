package import JSON

/// The extraction as agents hand it on to each other.
extension Extraction {
    package var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("title", orNull: title)
            writer.field("version", orNull: version)
            writer.field("dates", dates)
            writer.field("copyright_holders", copyrightHolders)
            writer.field("headings", headings)
            writer.field("defined_terms", definedTerms)
        }
        return writer.text
    }

    package init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        title = reader.nullable(string: "title", problems: &problems)
        version = reader.nullable(string: "version", problems: &problems)
        dates = reader.strings("dates", problems: &problems)
        copyrightHolders = reader.strings("copyright_holders", problems: &problems)
        headings = reader.strings("headings", problems: &problems)
        definedTerms = reader.strings("defined_terms", problems: &problems)
        reader.finish(problems: &problems)
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ name: String, orNull string: String?) {
        self.name(name)
        if let string { self.string(string) } else { null() }
    }
}

extension JSONObjectReader {
    fileprivate mutating func nullable(string name: String, problems: inout JSONProblems) -> String? {
        if optional(name)?.kind == .null { return nil }
        return optional(string: name, problems: &problems)
    }

    fileprivate mutating func strings(_ name: String, problems: inout JSONProblems) -> [String] {
        (optional(array: name, problems: &problems) ?? []).enumerated().compactMap { index, element in
            if element.string == nil {
                problems.add("\(pointer(name))/\(index)", "expected a string, found \(element.kind)")
            }
            return element.string
        }
    }
}
