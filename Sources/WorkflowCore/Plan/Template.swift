import JMESPath
package import JSON

/// JSON with `${expression}` in its strings, compiled once and rendered into JSON text for each use.
///
/// A string that is one `${…}` and nothing else gives the expression's value itself; inside a longer string it gives
/// the value's text; `$${` is a literal `${`.
package struct Template: Sendable {
    private let root: Node

    private indirect enum Node: Sendable {
        /// JSON without expressions, kept as the bytes to write.
        case literal(JSONText)
        case expression(Expression)
        case interpolation([Segment])
        case array([Node])
        case object([(name: String, value: Node)])
    }

    private enum Segment: Sendable {
        case text(String)
        case expression(Expression)
    }

    /// Every expression with the JSON pointer of the string that holds it, relative to the template.
    package private(set) var expressions: [LocatedExpression] = []

    package init(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        var compiler = Compiler(problems: problems)
        root = compiler.compile(node, at: pointer)
        expressions = compiler.expressions
        problems = compiler.problems
    }

    /// Writes the template's JSON with every expression replaced by its value in `scope`. A small template may name a
    /// large value often: what would be longer than `limit` bytes is given up before it is.
    package func render(in scope: inout Scope, limit: Int) throws(RenderingError) -> JSONText {
        if case .expression(let expression) = root { return try scope.text(of: expression, limit: limit) }
        var writer = JSONWriter()
        try Self.render(root, in: &scope, limit, to: &writer)
        return writer.text
    }

    private static func render(
        _ node: Node, in scope: inout Scope, _ limit: Int, to writer: inout JSONWriter
    ) throws(RenderingError) {
        let room = limit - writer.bytes.count
        switch node {
        case .literal(let text): writer.raw(text)
        case .expression(let expression): writer.raw(try scope.text(of: expression, limit: room))
        case .interpolation(let segments): writer.string(try joined(segments, in: &scope, limit: room))
        case .array(let elements):
            writer.beginArray()
            for element in elements { try render(element, in: &scope, limit, to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.name(member.name)
                try render(member.value, in: &scope, limit, to: &writer)
            }
            writer.endObject()
        }
        guard writer.bytes.count <= limit else { throw .tooLong }
    }

    private static func joined(
        _ segments: [Segment], in scope: inout Scope, limit: Int
    ) throws(RenderingError) -> String {
        var joined = ""
        for segment in segments {
            switch segment {
            case .text(let text): joined += text
            case .expression(let expression): joined += try scope.string(of: expression, limit: limit)
            }
            guard joined.utf8.count <= limit else { throw .tooLong }
        }
        return joined
    }
}

extension Template {
    /// Turns JSON into nodes, collecting expressions and what is wrong with them. Recursion is bounded: the JSON
    /// layer admits no deeper nesting than `JSONLimits.maximumDepth`.
    private struct Compiler {
        var problems: JSONProblems
        var expressions: [LocatedExpression] = []

        mutating func compile(_ node: JSONNode, at pointer: String) -> Node {
            switch node.kind {
            case .string: return compileString(node, at: pointer)
            case .array:
                let before = expressions.count
                let elements = node.elements.enumerated().map { compile($1, at: "\(pointer)/\($0)") }
                return expressions.count == before && !hasEscape(elements) ? .literal(node.text) : .array(elements)
            case .object:
                let before = expressions.count
                let members = node.members.map { member in
                    let value = compile(member.node, at: "\(pointer)/\(JSONPointer.escaped(member.name))")
                    return (name: member.name, value: value)
                }
                let isLiteral = expressions.count == before && !hasEscape(members.map(\.value))
                return isLiteral ? .literal(node.text) : .object(members)
            default: return .literal(node.text)
            }
        }

        /// A `$${` was unescaped somewhere below: the source bytes are not what is to be written.
        private func hasEscape(_ nodes: [Node]) -> Bool {
            nodes.contains { if case .literal = $0 { false } else { true } }
        }

        private mutating func compileString(_ node: JSONNode, at pointer: String) -> Node {
            guard let string = node.string, string.utf8.contains(UInt8(ascii: "$")), string.contains("${") else {
                return .literal(node.text)
            }
            let segments = split(string, at: pointer)
            if segments.count == 1, case .expression(let expression) = segments[0] { return .expression(expression) }
            return .interpolation(segments)
        }

        private mutating func split(_ string: String, at pointer: String) -> [Segment] {
            var segments: [Segment] = []
            var text: [UInt8] = []
            var bytes = Array(string.utf8)[...]
            while let byte = bytes.first {
                if bytes.starts(with: "$${".utf8) {
                    text += "${".utf8
                    bytes = bytes.dropFirst(3)
                } else if bytes.starts(with: "${".utf8) {
                    if !text.isEmpty { segments.append(.text(String(decoding: text, as: UTF8.self))) }
                    text = []
                    bytes = bytes.dropFirst(2)
                    guard let end = TemplateScanner.endOfExpression(in: bytes) else {
                        problems.add(pointer, "'${' is not closed by '}'; write '$${' for a literal '${'")
                        return [.text(string)]
                    }
                    if let segment = parse(bytes[..<end], at: pointer) { segments.append(segment) }
                    bytes = bytes[(end + 1)...]
                } else {
                    text.append(byte)
                    bytes = bytes.dropFirst()
                }
            }
            if !text.isEmpty { segments.append(.text(String(decoding: text, as: UTF8.self))) }
            return segments
        }

        private mutating func parse(_ source: ArraySlice<UInt8>, at pointer: String) -> Segment? {
            let text = String(decoding: source, as: UTF8.self)
            guard let expression = problems.expression(text, at: pointer) else { return nil }
            expressions.append(LocatedExpression(pointer: pointer, expression: expression))
            return .expression(expression)
        }
    }
}
