import JSON
import Testing
import WorkflowCore

/// A plan that is not accepted, and exactly what its client is told.
private struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let plan: String
    let problems: [JSONProblem]

    init(_ description: String, _ plan: String, _ problems: (String, String)...) {
        testDescription = description
        self.plan = plan
        self.problems = problems.map { JSONProblem(pointer: $0.0, detail: $0.1) }
    }

    init(_ description: String, only fields: String, _ problems: (String, String)...) {
        testDescription = description
        plan = PlanText.only(fields)
        self.problems = problems.map { JSONProblem(pointer: $0.0, detail: $0.1) }
    }
}

@Suite("Reading plans")
struct PlanReadingTests {
    private static let shapes = [
        Fault("a plan that is an array", "[]", ("", "expected an object, found an array")),
        Fault(
            "an empty plan", "{}", ("/name", "the field 'name' is missing"),
            ("/steps", "the field 'steps' is missing")),
        Fault("no steps", #"{"name": "x", "steps": []}"#, ("/steps", "a plan has at least one step")),
        Fault(
            "steps that are no array", #"{"name": "x", "steps": {}}"#,
            ("/steps", "expected an array, found an object")),
        Fault(
            "a step that is no object", PlanText.with(steps: "7"), ("/steps/0", "expected an object, found a number")),
        Fault(
            "an empty name", #"{"name": "", "steps": [{"id": "a", "task_type": "t"}]}"#,
            ("/name", "expected 1 to 128 bytes, found 0")),
        Fault(
            "a misspelt field of the plan", PlanText.with(steps: #"{"id": "a", "task_type": "t"}"#, #""outptu": 1"#),
            ("/outptu", "no field is called 'outptu' here; did you mean 'output'?")),
        Fault(
            "a misspelt field of a step", only: #""timeuot": "3s""#,
            ("/steps/0/timeuot", "no field is called 'timeuot' here; did you mean 'timeout'?")),
        Fault(
            "a misspelt field of a retry policy", only: #""retry": {"max_atempts": 3}"#,
            ("/steps/0/retry/max_atempts", "no field is called 'max_atempts' here; did you mean 'max_attempts'?")),
        Fault(
            "a field like no other", only: #""colour": 1"#,
            ("/steps/0/colour", "no field is called 'colour' here")),
        Fault(
            "a step without an id", PlanText.with(steps: #"{"task_type": "t"}"#),
            ("/steps/0/id", "the field 'id' is missing")),
        Fault(
            "a step of no kind", PlanText.with(steps: #"{"id": "a"}"#),
            ("/steps/0", "a step has exactly one of the fields that say its kind: 'task_type'")),
        Fault(
            "an id with a space", PlanText.with(steps: #"{"id": "a b", "task_type": "t"}"#),
            (
                "/steps/0/id",
                "'a b' is not an identifier: 1 to 64 letters (a-z, A-Z), digits, '_' and '-', the first a letter or '_'"
            )),
        Fault(
            "a task type with a colon", PlanText.with(steps: #"{"id": "a", "task_type": "t:u"}"#),
            (
                "/steps/0/task_type",
                "'t:u' is not an identifier: 1 to 64 letters (a-z, A-Z), digits, '_' and '-', the first a letter or '_'"
            )),
        Fault(
            "a label that is no text", PlanText.with(steps: #"{"id": "a", "task_type": "t"}"#, #""labels": {"a": 1}"#),
            ("/labels/a", "a label's value is a string of at most 128 bytes")),
    ]

    private static let values = [
        Fault(
            "a duration without a unit", only: #""timeout": "30""#,
            (
                "/steps/0/timeout",
                "'30' is not a duration: a whole number and a unit: 250ms, 30s, 5m, 2h or 7d, at most 3650d"
            )),
        Fault(
            "a duration that is a number", only: #""queue_timeout": 30"#,
            ("/steps/0/queue_timeout", "expected a string, found a number")),
        Fault("no time at all", only: #""timeout": "0s""#, ("/steps/0/timeout", "a timeout is longer than 0")),
        Fault(
            "a deadline of centuries",
            PlanText.with(steps: #"{"id": "a", "task_type": "t"}"#, #""deadline": "99999d""#),
            (
                "/deadline",
                "'99999d' is not a duration: a whole number and a unit: 250ms, 30s, 5m, 2h or 7d, at most 3650d"
            )),
        Fault(
            "no attempts", only: #""retry": {"max_attempts": 0}"#,
            ("/steps/0/retry/max_attempts", "expected a whole number from 1 to 100, found 0")),
        Fault(
            "half an attempt", only: #""retry": {"max_attempts": 1.5}"#,
            ("/steps/0/retry/max_attempts", "expected a whole number from 1 to 100, found 1.5")),
        Fault(
            "waits that shrink", only: #""retry": {"factor": 0.5}"#,
            ("/steps/0/retry/factor", "expected a number from 1.0 to 100.0")),
        Fault(
            "a policy that does not exist", only: #""on_exhausted": "panic""#,
            ("/steps/0/on_exhausted", "'panic' is not one of: escalate, fail, skip")),
        Fault(
            "an expression that does not parse", only: #""when": "a ||""#,
            (
                "/steps/0/when",
                "not a JMESPath expression: syntax at byte 4: expected an expression, found the end of the expression"
            )),
        Fault(
            "an unclosed template", only: #""payload": {"a/b": ["${input.x"]}"#,
            ("/steps/0/payload/a~1b/0", "'${' is not closed by '}'; write '$${' for a literal '${'")),
    ]

    private static let graphs = [
        Fault(
            "two steps of one id",
            PlanText.with(steps: #"{"id": "a", "task_type": "t"}, {"id": "a", "task_type": "t"}"#),
            ("/steps/1/id", "'a' is already the id of step 0 (/steps/0/id)")),
        Fault(
            "after a step that is misspelt",
            PlanText.with(
                steps: #"{"id": "extract", "task_type": "t"}, {"id": "b", "task_type": "t", "after": ["extrct"]}"#),
            ("/steps/1/after/0", "no step is called 'extrct'; did you mean 'extract'?")),
        Fault(
            "after a number", only: #""after": [1]"#,
            ("/steps/0/after/0", "expected the id of a step as a string, found a number")),
        Fault("after itself", only: #""after": ["only"]"#, ("/steps/0/after/0", "a step cannot come after itself")),
        Fault(
            "after the same twice",
            PlanText.with(steps: #"{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t", "after": ["a", "a"]}"#),
            ("/steps/1/after/1", "'a' is named twice")),
        Fault(
            "a circle of three",
            PlanText.with(
                steps: """
                    {"id": "root", "task_type": "t"}, {"id": "a", "task_type": "t", "after": ["root", "c"]},
                    {"id": "b", "task_type": "t", "after": ["a"]}, {"id": "c", "task_type": "t", "after": ["b"]}
                    """),
            ("/steps/1/after/1", "the steps come after each other in a circle: a after c after b after a")),
        Fault(
            "an unknown root", only: #""when": "inputs.x""#,
            (
                "/steps/0/when",
                "'inputs' is not known here; an expression starts with 'input', 'steps.<id>' or 'workflow'"
            )),
        Fault(
            "the whole scope", only: #""payload": "${@}""#,
            (
                "/steps/0/payload",
                "the whole scope cannot be used; an expression starts with 'input', 'steps.<id>' or 'workflow'"
            )),
        Fault(
            "all steps", only: #""when": "steps""#,
            ("/steps/0/when", "name the step that is meant: steps.<id>.result, .status or .error")),
        Fault(
            "a reference to an unknown step", only: #""payload": {"x": "${steps.onl.result}"}"#,
            ("/steps/0/payload/x", "no step is called 'onl'; did you mean 'only'?")),
        Fault(
            "a reference to itself", only: #""payload": "${steps.only.result}""#,
            (
                "/steps/0/payload",
                "'only' is this step itself: its result may not exist yet; add 'only' to 'after', or look elsewhere"
            )),
        Fault(
            "a reference to a later step",
            PlanText.with(
                steps: """
                    {"id": "a", "task_type": "t", "when": "steps.b.result.x"},
                    {"id": "b", "task_type": "t", "after": ["a"]}
                    """),
            (
                "/steps/0/when",
                "'a' does not come after 'b': its result may not exist yet; add 'b' to 'after', or look elsewhere"
            )),
        Fault(
            "a field that steps do not have", PlanText.only(output: #""${steps.only.resutl}""#),
            ("/output", "a step has 'result', 'status' and 'error', not 'resutl'")),
    ]

    @Test("A plan of the wrong shape is told where it is wrong", arguments: shapes)
    private func shape(_ fault: Fault) throws { try expect(fault) }

    @Test("A value that a field does not take is told with what it takes", arguments: values)
    private func value(_ fault: Fault) throws { try expect(fault) }

    @Test("Steps that cannot follow each other are told by their ids", arguments: graphs)
    private func graph(_ fault: Fault) throws { try expect(fault) }

    private func expect(_ fault: Fault) throws {
        let text = try JSONText(validating: Array(fault.plan.utf8))
        do throws(PlanRejected) {
            _ = try Plan(text)
            Issue.record("accepted: \(fault.plan)")
        } catch {
            #expect(error.problems == fault.problems)
        }
    }

    private func problems(of plan: String) throws -> [JSONProblem] {
        let text = try JSONText(validating: Array(plan.utf8))
        do throws(PlanRejected) {
            _ = try Plan(text)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("All that is wrong is told at once")
    func all() throws {
        let plan = #"{"nam": 1, "steps": [{"id": "a", "task_type": "t", "timeout": "x", "when": "("}, {"id": "a"}]}"#
        let pointers = try problems(of: plan).map(\.pointer)
        #expect(
            Set(pointers) == ["/name", "/nam", "/steps/1/id", "/steps/0/when", "/steps/0/timeout", "/steps/1"])
    }

    @Test("The plan language's own example is accepted")
    func example() throws {
        let plan = try Plan(JSONText(validating: Array(PlanText.contractReview.utf8)))
        #expect(plan.steps.map(\.id) == ["classify", "extract", "validate", "summarize"])
        #expect(plan.steps.map(\.after) == [[], [0], [1], [1, 2]])
        #expect(plan.steps.map(\.behavior.taskType) == ["classify", "extract", "validate", "summarize"])
    }

    @Test("An id has at most 64 bytes")
    func longIdentifiers() throws {
        let longest = String(repeating: "a", count: 64)
        #expect(try problems(of: PlanText.with(steps: #"{"id": "\#(longest)", "task_type": "t"}"#)).isEmpty)
        let problem = try problems(of: PlanText.with(steps: #"{"id": "\#(longest)a", "task_type": "t"}"#))
        #expect(problem.map(\.pointer) == ["/steps/0/id"])
    }

    @Test("A plan has at most 10,000 steps, and those are read within seconds", .timeLimit(.minutes(1)))
    func manySteps() throws {
        let steps = (0..<10_001).map { #"{"id": "s\#($0)", "task_type": "t"}"# }
        #expect(try problems(of: PlanText.with(steps: steps.dropLast().joined(separator: ","))).isEmpty)
        let problem = try problems(of: PlanText.with(steps: steps.joined(separator: ",")))
        #expect(problem == [JSONProblem(pointer: "/steps", detail: "10001 steps are more than the limit of 10000")])
    }

    @Test("A plan that is wrong in 10,000 places costs little, and the first 50 are told", .timeLimit(.minutes(1)))
    func manyProblems() throws {
        let steps = (0..<10_000).map {
            #"{"id": "step-number-\#($0)", "task_type": "t", "after": ["stop-number-\#($0)x"]}"#
        }
        #expect(try problems(of: PlanText.with(steps: steps.joined(separator: ","))).count == 50)
    }

    @Test("A step may come after 9,999 others, and a name that stands twice among them is told")
    func wideJoin() throws {
        let steps = (0..<9999).map { #"{"id": "s\#($0)", "task_type": "t"}"# }
        let names = (0..<9999).map { #""s\#($0)""# }
        let join = #"{"id": "join", "task_type": "t", "after": [\#(names.joined(separator: ",")), "s9998"]}"#
        let found = try problems(of: PlanText.with(steps: (steps + [join]).joined(separator: ",")))
        #expect(found == [JSONProblem(pointer: "/steps/9999/after/9999", detail: "'s9998' is named twice")])
    }

    @Test("A reference through other steps is seen, however long the chain")
    func indirectReferences() throws {
        let steps = (0..<300).map { step in
            let after = step == 0 ? "" : #", "after": ["s\#(step - 1)"], "payload": "${steps.s0.result}""#
            return #"{"id": "s\#(step)", "task_type": "t"\#(after)}"#
        }
        #expect(try problems(of: PlanText.with(steps: steps.joined(separator: ","))).isEmpty)
    }
}
