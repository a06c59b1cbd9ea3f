import JMESPath
import JSON
import Testing

/// Damaged expressions are refused or work; none traps.
@Suite("Damaged expressions", .timeLimit(.minutes(1)))
struct ExpressionMutationTests {
    private static let pieces = [
        "a", "b.c", "*", "@", "[*]", "[]", "[0]", "[-1:]", "[::2]", "[?a > `1`]", ".", "||", "&&", "!", "==", "<", "|",
        "(", ")",
        "{x: a}", "[a, b]", "`[1, \"x\"]`", "'raw'", "\"q\\u00e9\"", "length(", "sort_by(@, &a)", "map(&a, ",
        "join(',', ",
        "to_number(", "max_by(a, &b)", "merge(@, ", "keys(", ", ", "&", " ", "\\", "`", "'", "\"", "é", "-", "1", ":",
        "]", "}",
    ]

    private static let values = [
        "null", #"{"a": [1, {"a": 2, "c": "x"}, null], "b": {"c": [[1], [2, 3]]}}"#, "[[1, 2], [], 3, \"x\"]",
        "\"text\"",
    ]

    @Test("Random pieces in a row", arguments: UInt64(1)...30)
    func pieces(seed: UInt64) throws {
        var random = seed &* 0x9E37_79B9_7F4A_7C15
        func draw(_ limit: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(limit))
        }
        let values = try Self.values.map { JSONValue(parsing: try JSONText(validating: Array($0.utf8))) }
        for _ in 0..<300 {
            let source = (0...draw(8)).map { _ in Self.pieces[draw(Self.pieces.count)] }.joined()
            guard let expression = try? Expression(source) else { continue }
            _ = expression.rootPaths
            for value in values {
                guard let result = try? expression.evaluate(value) else { continue }
                let text = try JSONText(validating: JSONText(result).bytes)
                #expect(JSONValue(parsing: text) == result, "\(source)")
            }
        }
    }
}
