import GanglionClient
import Testing

@testable import ganglion

@Suite("Plan files")
struct PlanFileTests {
    private func file(_ text: String) throws -> PlanFile { try PlanFile(Array(text.utf8), path: "plan.json") }

    private static let plan = """
        {
        \t"name": "review",
          "input": {"a": 1, "b": 2},
          "steps": [
            {"id": "one", "task_type": "é", "after": ["two"]},
            {"id": "a/b~c", "timeout": {"x": "30 s"}}
          ]
        }
        """

    @Test(
        "A pointer is found with its line, its column and its length",
        arguments: [
            ("/steps/0/after/0", 5, 47, 5), ("/steps/1/timeout/x", 6, 38, 6), ("/name", 2, 10, 8),
            // What is missing is shown where it should stand.
            ("/steps/1/task_type", 6, 5, 41), ("/steps/7", 4, 12, 1), ("", 1, 1, 1), ("/nothing/0", 1, 1, 1),
        ])
    func places(_ pointer: String, _ line: Int, _ column: Int, _ length: Int) throws {
        let place = SourcePlace(of: pointer, in: try file(Self.plan).document)
        #expect((place.line, place.column, place.length) == (line, column, length))
    }

    @Test("A member that is called by a number is a member")
    func numbers() throws {
        let document = try JSONDocument(parsing: "{\n\"input\": {\n\"7\": 1}}")
        #expect(SourcePlace(of: "/input/7", in: document).line == 3)
    }

    @Test("Of a line, that which is meant is marked; of a long one, the part around it is shown")
    func lines() throws {
        let place = SourcePlace(of: "/steps/0/after/0", in: try file(Self.plan).document)
        #expect(
            place.lines() == [
                #"  5 │     {"id": "one", "task_type": "é", "after": ["two"]},"#,
                #"    │                                               ^^^^^"#,
            ])
        let long = try JSONDocument(parsing: "{\"name\": \"\(String(repeating: "x", count: 500))\", \"y\": 7}")
        let lines = SourcePlace(of: "/y", in: long).lines()
        #expect(lines[0].count < 110 && lines[0].hasSuffix("\"y\": 7}"))
        #expect(lines[1].count == lines[0].count - 1 && lines[1].hasSuffix(" ^"))
    }

    @Test("What is no JSON is shown where it stops being some")
    func syntax() {
        let error = #expect(throws: CommandError.self) { try file("{\n  \"name\": oops\n}") }
        #expect(error?.kind == .badPlan)
        #expect(error?.description.hasPrefix("plan.json:2:11 is not JSON: ") == true, "\(error?.description ?? "")")
        #expect(error?.description.hasSuffix("\n  2 │   \"name\": oops\n    │           ^") == true)
        for text in ["", "[]", "7", "{\"name\": \"\u{1}\"}"] {
            #expect(throws: CommandError.self) { try file(text) }
        }
    }

    @Test("Members of the input and labels take the place of the plan's, and stand beside its others")
    func merging() throws {
        let plan = try file(Self.plan).with(input: [("b", "new"), ("c", [1])], labels: [("customer", "acme")])
        #expect(plan["input"].document == #"{"a":1,"b":"new","c":[1]}"#.document)
        #expect(plan["labels"].document == ["customer": "acme"])
        #expect(plan["steps"][0]["id"].string == "one")
        #expect(throws: CommandError.self) {
            try file(#"{"input": [1]}"#).with(input: [("a", 1)], labels: [])
        }
        let unchanged = try file(Self.plan)
        #expect(try unchanged.with(input: [], labels: []) == unchanged.document)
    }

    @Test("What the service found wrong is told with file, line and pointer")
    func rejection() throws {
        let file = try file(Self.plan)
        let problem = CommandErrorTests.problem(
            422,
            """
            {"type": "/problems/invalid-request", "title": "Invalid request", "status": 422,
             "detail": "The body has 1 problem.",
             "errors": [{"pointer": "/steps/0/after/0", "detail": "no step is called 'two'"}]}
            """)
        let error = file.rejection(problem)
        #expect(error.kind == .badPlan && error.problem == problem)
        #expect(
            error.description == """
                plan.json is not accepted: The body has 1 problem.

                plan.json:5:47: /steps/0/after/0
                  5 │     {"id": "one", "task_type": "é", "after": ["two"]},
                    │                                               ^^^^^
                  no step is called 'two'
                """)
    }

    @Test(
        "A member of the input is a text, JSON after := and a file after @",
        arguments: [
            ("a=1", "a", #""1""#), ("a:=1", "a", "1"), ("a:=[true]", "a", "[true]"), ("a=", "a", #""""#),
            ("a=b=c", "a", #""b=c""#), ("a=@/proc/self/comm", "a", nil),
        ] as [(String, String, String?)])
    func members(_ argument: String, _ name: String, _ value: String?) throws {
        let member = try InputValue(argument)
        #expect(member.name == name)
        if let value { #expect(member.value.text == value) } else { #expect(member.value.root.string != nil) }
    }

    @Test("What is no member is refused", arguments: ["", "a", "=1", "a:=", "a:=oops", "a=@/nowhere/at/all"])
    func noMembers(_ argument: String) {
        #expect(throws: CommandError.self) { try InputValue(argument) }
    }

    @Test("Labels are key=value")
    func labels() throws {
        #expect(try InputValue.labels(["a=b", "c=d=e"]) == ["a": "b", "c": "d=e"])
        #expect(throws: CommandError.self) { try InputValue.labels(["a"]) }
    }
}

extension String {
    fileprivate var document: JSONDocument? { try? JSONDocument(parsing: self) }
}
