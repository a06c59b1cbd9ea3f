/// Plans that are not accepted.
enum BadPlans {
    private static let target = "/v1/workflows"

    /// What is wrong with the whole.
    static let documents: [BadRequest] = [
        .notJSON(Array(#"{"name": "a""#.utf8), at: "/name", "expected ',' or '}', found the end"),
        .notJSON([], at: "", "expected a value, found the end"),
        .notJSON(Array("name=a".utf8), at: "", "expected a value"),
        .notJSON(Array(#"{"name": "a"} {}"#.utf8), at: "", ""),
        .notJSON(Array(#"{"name": "a", "name": "b"}"#.utf8), at: "/name", "'name' stands twice"),
        .notJSON(Array(#"{"name": "\x"}"#.utf8), at: "/name", "no escape of JSON"),
        .notJSON(Array(#"{"name": "\ud800"}"#.utf8), at: "/name", "a high surrogate"),
        .notJSON(Array("{\"name\": \"\u{7}\"}".utf8), at: "/name", "a control character must be escaped"),
        .notJSON(Array(#"{"name": ""#.utf8) + [0xFF] + Array(#""}"#.utf8), at: "", "not valid UTF-8"),
        .notJSON(Array(#"{"input": 9223372036854775808}"#.utf8), at: "/input", "does not fit"),
        .notJSON(Array(#"{"input": -1e999}"#.utf8), at: "/input", "does not fit"),
        .notJSON(
            Array(#"{"input": \#(String(repeating: "[", count: 100_000))"#.utf8),
            at: "/input" + String(repeating: "/0", count: 63), "nested deeper than the limit of 64 levels"),
        .body(target, "[]", at: "", "expected an object, found an array"),
        .body(target, "null", at: "", "expected an object, found null"),
        .body(target, "{}", at: "/name", "the field 'name' is missing"),
        .body(target, "{}", at: "/steps", "the field 'steps' is missing"),
        plan(#""nme": "a""#, at: "/nme", "did you mean 'name'?"),
        .body(target, #"{"name": 1, "steps": []}"#, at: "/name", "expected a string, found a number"),
        .body(target, #"{"name": "", "steps": []}"#, at: "/name", "expected 1 to 128 bytes, found 0"),
        .body(target, #"{"name": "\#(long(129))"}"#, at: "/name", "expected 1 to 128 bytes, found 129"),
        .body(target, #"{"name": "a", "steps": {}}"#, at: "/steps", "expected an array, found an object"),
        .body(target, #"{"name": "a", "steps": []}"#, at: "/steps", "at least one step"),
        .body(target, #"{"name": "a", "steps": [1]}"#, at: "/steps/0", "expected an object, found a number"),
        .body(
            target, #"{"name": "a", "steps": [\#(manySteps(10_001))]}"#, at: "/steps", "more than the limit of 10000"),
        plan(#""coordinator": "me""#, at: "/coordinator", "not one of: ganglion, external"),
        plan(#""deadline": 5"#, at: "/deadline", "expected a string, found a number"),
        plan(#""deadline": "3651d""#, at: "/deadline", "at most 3650d"),
        plan(#""labels": []"#, at: "/labels", "expected an object, found an array"),
        plan(#""labels": {"a b": "c"}"#, at: "/labels/a b", "1 to 64 letters"),
        plan(#""labels": {"a": 1}"#, at: "/labels/a", "a string of at most 128 bytes"),
        plan(#""labels": {"a": "\#(long(129))"}"#, at: "/labels/a", "a string of at most 128 bytes"),
        plan(#""labels": {\#(manyLabels(17))}"#, at: "/labels", "17 labels are more than the limit of 16"),
        plan(#""output": "${steps.extrct.result}""#, at: "/output", "no step is called 'extrct'"),
        plan(#""output": {"a~/b": ["${"]}"#, at: "/output/a~0~1b/0", "is not closed by '}'"),
    ]

    /// What is wrong with a step.
    static let steps: [BadRequest] = [
        step(#""id": "a""#, at: "", "exactly one of the fields that say its kind: 'task_type'"),
        step(#""task_type": "t""#, at: "/id", "the field 'id' is missing"),
        step(#""id": "\#(long(65))", "task_type": "t""#, at: "/id", "1 to 64 letters"),
        step(#""id": "a:b", "task_type": "t""#, at: "/id", "1 to 64 letters"),
        step(#""id": "", "task_type": "t""#, at: "/id", "1 to 64 letters"),
        step(#""id": "a", "task_type": "\#(long(65))""#, at: "/task_type", "1 to 64 letters"),
        step(#""id": "a", "task_type": "t}x""#, at: "/task_type", "1 to 64 letters"),
        field(#""afte": []"#, at: "/afte", "did you mean 'after'?"),
        field(#""after": "b""#, at: "/after", "expected an array, found a string"),
        field(#""after": [1]"#, at: "/after/0", "expected the id of a step as a string, found a number"),
        field(#""after": ["extrct"]"#, at: "/after/0", "no step is called 'extrct'; did you mean 'extract'?"),
        field(#""after": ["a"]"#, at: "/after/0", "a step cannot come after itself"),
        field(#""after": ["extract", "extract"]"#, at: "/after/1", "'extract' is named twice"),
        field(#""when": 1"#, at: "/when", "expected a string, found a number"),
        field(#""when": "input ==""#, at: "/when", ""),
        field(#""when": "inptu.a""#, at: "/when", "an expression starts with 'input', 'steps.<id>' or 'workflow'"),
        field(#""when": "steps.extract.result""#, at: "/when", "'a' does not come after 'extract'"),
        field(#""payload": "${steps.a.result}""#, at: "/payload", "'a' is this step itself"),
        field(#""payload": ["${steps.extract.result}"]"#, at: "/payload/0", "add 'extract' to 'after'"),
        field(#""payload": {"b": "x ${steps.nobody}"}"#, at: "/payload/b", "no step is called 'nobody'"),
        field(#""payload": "${input.}""#, at: "/payload", ""),
        field(
            #""after": ["extract"], "payload": "${steps.extract.output}""#, at: "/payload",
            "a step has 'result', 'status' and 'error'"),
        field(#""timeout": "30 s""#, at: "/timeout", "'30 s' is not a duration: a whole number and a unit: 250ms"),
        field(#""timeout": "-1s""#, at: "/timeout", "is not a duration"),
        field(#""timeout": "99999999999999999999s""#, at: "/timeout", "is not a duration"),
        field(#""timeout": "0s""#, at: "/timeout", "a timeout is longer than 0"),
        field(#""queue_timeout": "1w""#, at: "/queue_timeout", "is not a duration"),
        field(#""retry": 3"#, at: "/retry", "expected an object, found a number"),
        field(#""retry": {"max_attempt": 3}"#, at: "/retry/max_attempt", "did you mean 'max_attempts'?"),
        field(#""retry": {"max_attempts": 0}"#, at: "/retry/max_attempts", "a whole number from 1 to 100, found 0"),
        field(#""retry": {"max_attempts": 2.5}"#, at: "/retry/max_attempts", "a whole number from 1 to 100"),
        field(#""retry": {"factor": 0.5}"#, at: "/retry/factor", "a number from 1"),
        field(#""retry": {"initial_backoff": "soon"}"#, at: "/retry/initial_backoff", "is not a duration"),
        field(#""on_exhausted": "explode""#, at: "/on_exhausted", "is not one of: escalate, fail, skip"),
        .body(
            target,
            #"{"name": "a", "steps": [{"id": "a", "task_type": "t"}, {"id": "a", "task_type": "t"}]}"#,
            at: "/steps/1/id", "'a' is already the id of step 0"),
        .body(
            target,
            #"{"name": "a", "steps": [{"id": "a", "task_type": "t", "after": ["b"]},"#
                + #"{"id": "b", "task_type": "t", "after": ["a"]}]}"#,
            at: "/steps/0/after/0", "in a circle: a after b after a"),
    ]

    /// A good plan with one more field.
    private static func plan(_ field: String, at pointer: String, _ says: String) -> BadRequest {
        let json = #"{"name": "a", "steps": [{"id": "extract", "task_type": "t"}], \#(field)}"#
        return .body(target, json, at: pointer, says)
    }

    /// A plan of one step with these fields.
    private static func step(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body(target, #"{"name": "a", "steps": [{\#(fields)}]}"#, at: "/steps/0\(pointer)", says)
    }

    /// A plan whose first step has one more field, and whose second is a good one that comes after nothing.
    private static func field(_ field: String, at pointer: String, _ says: String) -> BadRequest {
        let steps = #"{"id": "a", "task_type": "t", \#(field)}, {"id": "extract", "task_type": "t"}"#
        return .body(target, #"{"name": "a", "steps": [\#(steps)]}"#, at: "/steps/0\(pointer)", says)
    }

    static func long(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func manySteps(_ count: Int) -> String {
        (0..<count).map { #"{"id": "s\#($0)", "task_type": "t"}"# }.joined(separator: ",")
    }

    private static func manyLabels(_ count: Int) -> String {
        (0..<count).map { #""l\#($0)": """# }.joined(separator: ",")
    }
}
