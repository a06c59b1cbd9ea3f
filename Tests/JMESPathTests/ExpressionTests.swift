import JMESPath
import JSON
import Testing

/// What an expression reads, what it costs, and how it fails.
@Suite("Expressions", .timeLimit(.minutes(1)))
struct ExpressionTests {
    private func evaluate(
        _ source: String, _ value: String = "null", limits: EvaluationLimits = .default
    ) throws -> JSONValue {
        let value = JSONValue(parsing: try JSONText(validating: Array(value.utf8)))
        return try Expression(source).evaluate(value, limits: limits)
    }

    @Test(
        "The fields that are read from the root are known without evaluating",
        arguments: [
            ("steps.a.result.kind != 'x' && input.b[0].c", [["steps", "a", "result", "kind"], ["input", "b"]]),
            ("a", [["a"]]), ("@", [[]]), ("*", [[]]), ("keys(@)", [[]]), ("`1`", []), ("'a'", []),
            ("a[*].b", [["a"]]), ("a[?b == c].d", [["a"]]), ("a.b | c", [["a", "b", "c"]]),
            ("{x: a.b, y: c}", [["a", "b"], ["c"]]),
            ("[a, b.c]", [["a"], ["b", "c"]]), ("a || a", [["a"]]), ("!a.b", [["a", "b"]]),
            ("length(a.b)", [["a", "b"]]),
            ("sort_by(a, &b.c)", [["a"]]), (#""a b".c"#, [["a b", "c"]]), ("(a || b).c", [["a"], ["b"]]),
        ] as [(String, [[String]])])
    func rootPaths(_ source: String, _ paths: [[String]]) throws {
        #expect(try Expression(source).rootPaths == paths)
    }

    @Test(
        "A chain of nothing but fields is known as such",
        arguments: [
            ("a", ["a"]), ("a.b.\"c d\"", ["a", "b", "c d"]), ("@", []), ("a[0]", nil), ("a.*", nil),
            ("length(a)", nil),
            ("a || b", nil), ("'a'", nil),
        ] as [(String, [String]?)])
    func fieldPath(_ source: String, _ path: [String]?) throws { #expect(try Expression(source).fieldPath == path) }

    @Test(
        "A mistake is found when the expression is compiled, and its place is told",
        arguments: [
            ("", JMESPathError.Kind.syntax, 0), ("a.", .syntax, 2), ("a b", .syntax, 2), ("a[", .syntax, 2),
            ("a == ", .syntax, 5),
            ("foo(a)", .unknownFunction, 0), ("x && abs()", .invalidArity, 5), ("abs(a, b)", .invalidArity, 0),
            ("a[::0]", .invalidValue, 2), ("'open", .syntax, 0), ("`{`", .syntax, 0), ("a.b.#", .syntax, 4),
            ("&a", .syntax, 0),
            ("\u{E9}", .syntax, 0), ("a = b", .syntax, 2),
        ])
    func mistakes(_ source: String, _ kind: JMESPathError.Kind, _ offset: Int) {
        do throws(JMESPathError) {
            _ = try Expression(source)
            Issue.record("compiled")
        } catch {
            #expect(error.kind == kind, "\(error)")
            #expect(error.offset == offset, "\(error)")
        }
    }

    @Test("An expression has at most 16 KiB")
    func longest() throws {
        let limit = Expression.maximumSourceBytes
        _ = try Expression("a" + String(repeating: " ", count: limit - 1))
        #expect(throws: JMESPathError.self) { try Expression("a" + String(repeating: " ", count: limit)) }
    }

    @Test("Work is bounded, however small the expression")
    func bounded() throws {
        let list = "[\((0..<3000).map(String.init).joined(separator: ","))]"
        let square = "map(&[0], @) | [*].length(to_string(@))"
        #expect(throws: (any Error).self) { try evaluate(square, list, limits: EvaluationLimits(maximumSteps: 1000)) }
        // Each step doubles what there is.
        let doubling = "[@, @]" + String(repeating: " | [@, @]", count: 60)
        do throws(JMESPathError) {
            _ = try Expression(doubling).evaluate(.string("x"))
            Issue.record("evaluated")
        } catch {
            #expect(error.kind == .limitExceeded)
        }
        let text = "join('', [@, @])" + String(repeating: " | join('', [@, @])", count: 60)
        do throws(JMESPathError) {
            _ = try Expression(text).evaluate(.string("x"))
            Issue.record("evaluated")
        } catch {
            #expect(error.kind == .limitExceeded)
        }
    }

    @Test(
        "Numbers that would leave their range do not trap",
        arguments: [
            "abs(`-9223372036854775808`)", "sum([`9223372036854775807`, `1`])", "sum([`1e308`, `1e308`])",
            "avg([`1e308`, `1e308`])",
            "ceil(`1e300`)", "floor(`-1e300`)", "to_number('1e999')", "to_number('nan')", "to_number('0x10')",
            "to_number('')",
            "@[9223372036854775807]", "@[-9223372036854775808]", "@[99999999999999999999]", "@[::-9223372036854775808]",
            "@[9223372036854775807:-9223372036854775808:9223372036854775807]", "max([`1e308`, `-1e308`])", "avg([])",
        ])
    func extremes(_ source: String) {
        for value in ["[1, 2, 3]", "null", "[]"] {
            guard let result = try? evaluate(source, value) else { continue }
            #expect(throws: Never.self, "what comes out can be written") {
                try JSONText(validating: JSONText(result).bytes)
            }
        }
    }

    @Test(
        "Slices take what they say",
        arguments: [
            ("[1:3]", "[1,2]"), ("[:2]", "[0,1]"), ("[-2:]", "[3,4]"), ("[::-1]", "[4,3,2,1,0]"), ("[::2]", "[0,2,4]"),
            ("[10:]", "[]"), ("[-100:100]", "[0,1,2,3,4]"), ("[4:0:-2]", "[4,2]"), ("[-1]", "4"), ("[5]", "null"),
        ])
    func slices(_ source: String, _ result: String) throws {
        #expect(JSONText(try evaluate(source, "[0,1,2,3,4]")).string == result)
    }

    @Test(
        "False, null and what is empty are not truthy; zero is",
        arguments: [
            ("null", false), ("false", false), ("\"\"", false), ("[]", false), ("{}", false), ("0", true),
            ("\" \"", true),
            ("[null]", true), ("true", true),
        ])
    func truth(_ value: String, _ isTruthy: Bool) throws {
        #expect(try evaluate("@", value).isTruthy == isTruthy)
        #expect(try evaluate("!@", value) == .bool(!isTruthy))
    }
}
