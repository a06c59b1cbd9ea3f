import JSON
import Testing
import WorkflowCore

/// What stands in a plan's payload, and what the agent gets.
private struct Rendering: CustomTestStringConvertible, Sendable {
    let payload: String
    let rendered: String

    var testDescription: String { payload }

    init(_ payload: String, _ rendered: String) {
        self.payload = payload
        self.rendered = rendered
    }
}

@Suite("Templates")
struct TemplateTests {
    private static let input = #"{"n": 1.50, "big": 9007199254740993, "s": "a\"b", "list": [1,  2], "no": null}"#

    private static let renderings = [
        // Alone: the value itself, byte for byte as it came in.
        Rendering(#""${input.n}""#, "1.50"),
        Rendering(#""${input.big}""#, "9007199254740993"),
        Rendering(#""${input.list}""#, "[1,  2]"),
        Rendering(#""${input.s}""#, #""a\"b""#),
        Rendering(#""${input.no}""#, "null"),
        Rendering(#""${input.missing.deeper}""#, "null"),
        Rendering(#""${input.list[1]}""#, "2"),
        Rendering(#""${input.list[?@ > `1`]}""#, "[2]"),
        Rendering(#"{"a": ["${input.n}", true]}"#, #"{"a":[1.50,true]}"#),
        // Inside text: its text.
        Rendering(#""<${input.s}>""#, #""<a\"b>""#),
        Rendering(#""${input.n} and ${input.list}""#, #""1.50 and [1,  2]""#),
        Rendering(#""n=${input.missing}""#, #""n=null""#),
        Rendering(#""${input.s}${input.s}""#, #""a\"ba\"b""#),
        // Braces and quotes within the expression do not close it.
        Rendering(#""${ {a: input.n, b: '}'} }""#, #"{"a":1.5,"b":"}"}"#),
        Rendering(#""${input.\"n\"}""#, "1.50"),
        // Literals.
        Rendering(#""$${input.n}""#, #""${input.n}""#),
        Rendering(#""costs $5 or $${x} or ${input.n}""#, #""costs $5 or ${x} or 1.50""#),
        Rendering(#""$""#, #""$""#),
        Rendering(#"{"plain" : [1, {"x": "y"}]}"#, #"{"plain" : [1, {"x": "y"}]}"#),
        Rendering("12.0", "12.0"),
        // The workflow itself.
        Rendering(#""${workflow.name}""#, #""test""#),
        Rendering(#""${workflow.created_at}""#, #""2027-01-15T08:00:00.000Z""#),
    ]

    @Test("A payload is rendered into what the agent gets", arguments: renderings)
    private func renders(_ rendering: Rendering) throws {
        let run = try WorkflowTranscript(PlanText.only(#""payload": \#(rendering.payload)"#), input: Self.input)
        #expect(run.started.effects == ["enqueue only #1 \(rendering.rendered)"])
    }

    @Test("A step's error can be looked at by what comes after it")
    func errors() throws {
        let steps = """
            {"id": "a", "task_type": "t", "on_exhausted": "skip", "retry": {"max_attempts": 1}},
            {"id": "b", "task_type": "t", "after": ["a"], "when": "steps.a.status == 'skipped'",
             "payload": "${steps.a.error.code}"}
            """
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        #expect(run.takeAndFail("a").effects.last == #"enqueue b #1 "broken""#)
    }

    @Test("A payload that cannot be rendered escalates, and a payload given with the resolution heals it")
    func failing() throws {
        var run = try WorkflowTranscript(PlanText.only(#""payload": "${abs(input.s)}""#), input: Self.input)
        #expect(run.statuses == "only escalated")
        #expect(run.started.effects == ["open escalation 1 of only: expression_failed, 0 attempts, payload none"])
        let resolved = run.resolve(1, .retry(payload: .null))
        #expect(resolved.effects == ["close escalation 1: retry by ops", "enqueue only #1 null"])
        #expect(run.workflow.status == .running)
    }

    @Test("An output that cannot be rendered fails the workflow, and says so")
    func failingOutput() throws {
        var run = try WorkflowTranscript(PlanText.only(output: #""${abs(steps.only.result)}""#))
        run.work("only", result: #""text""#)
        #expect(run.workflow.status == .failed)
        #expect(run.workflow.failure?.code == Failure.expressionCode)
        #expect(run.workflow.failure?.message.hasPrefix("'output': invalid-type") == true)
    }

    @Test("A 'when' that fails asks a human, who may let the step run")
    func failingCondition() throws {
        var run = try WorkflowTranscript(PlanText.only(#""when": "abs(input.s) > `1`""#), input: Self.input)
        #expect(run.statuses == "only escalated")
        run.resolve(1, .retry(payload: nil))
        #expect(run.statuses == "only queued")
    }
}
