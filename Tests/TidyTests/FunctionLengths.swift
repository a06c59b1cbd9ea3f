/// Finds the bodies of functions, initializers and subscripts by their braces, and how many lines each takes.
struct FunctionLengths {
    struct Function: Equatable {
        /// From 1.
        let line: Int
        let length: Int
    }

    static func of(_ source: SourceText) -> [Function] {
        var finder = FunctionLengths()
        for (number, line) in source.codeLines.enumerated() { finder.read(line, number + 1) }
        return finder.found
    }

    private static let keywords: Set<String> = ["func", "init", "deinit", "subscript"]

    private var found: [Function] = []
    /// For each open brace the line where its function began, if it is a function's.
    private var braces: [Int?] = []
    private var parentheses = 0
    /// A declaration whose body has not begun, and how deep it stands.
    private var announced: (line: Int, parentheses: Int, braces: Int)?

    private mutating func read(_ line: String, _ number: Int) {
        var word = ""
        var isMember = false
        for character in line + " " {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            // `.init(…)` is a call, not a declaration.
            if Self.keywords.contains(word), !isMember { announced = (number, parentheses, braces.count) }
            isMember = character == "."
            word = ""
            read(character, number)
        }
    }

    private mutating func read(_ character: Character, _ number: Int) {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{":
            // A brace within the parameters belongs to a default value.
            let isBody = announced.map { $0.parentheses == parentheses } ?? false
            braces.append(isBody ? announced?.line : nil)
            if isBody { announced = nil }
        case "}":
            // The end of what holds the declaration: it was a requirement, without a body.
            if announced?.braces == braces.count { announced = nil }
            if let line = braces.popLast().flatMap(\.self) {
                found.append(Function(line: line, length: number - line + 1))
            }
        default: break
        }
    }
}
