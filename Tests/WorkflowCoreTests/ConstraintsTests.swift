import JSON
import Testing

@testable import WorkflowCore

@Suite("What steps ask for and agents have")
struct ConstraintsTests {
    private func read(_ text: String, atMost limit: Int = 256) throws -> (Constraints, [JSONProblem]) {
        var problems = JSONProblems()
        let node = JSONNode(try JSONText(validating: Array(text.utf8)))
        return (Constraints(node, at: "/requires", atMost: limit, problems: &problems), problems.list)
    }

    @Test(
        "An agent meets what it has, value for value, and in a list each that is asked for",
        arguments: [
            (#"{"model": "gpt-5"}"#, true), (#"{"model": "gpt-4"}"#, false), (#"{"languages": "de"}"#, true),
            (#"{"languages": ["de", "en"]}"#, true), (#"{"languages": ["de", "fr"]}"#, false),
            (#"{"gpus": 8}"#, true), (#"{"gpus": 8.0}"#, true), (#"{"gpus": "8"}"#, false), (#"{"gpus": 4}"#, false),
            (#"{"tools": true}"#, true), (#"{"tools": "true"}"#, false), (#"{"tools": false}"#, false),
            (#"{"region": "eu"}"#, false), (#"{"model": "gpt-5", "region": "eu"}"#, false), ("{}", true),
            (#"{"note": "a b&c=d/e:f?g é"}"#, true), (#"{"note": ""}"#, false),
        ])
    func meets(_ requirement: String, _ isMet: Bool) throws {
        let has = try read(
            #"""
            {"model": "gpt-5", "languages": ["en", "de"], "gpus": 8, "tools": true, "note": "a b&c=d/e:f?g é"}
            """#
        ).0
        let requirement = try read(requirement).0
        #expect(requirement.isMet(by: has) == isMet)
        // As it is part of a queue's name.
        let stored = try #require(TaskLane("a/b/\(requirement)")).requirement
        #expect(stored == requirement)
    }

    @Test("What is missing can be read")
    func unmet() throws {
        let (asked, has) = (try read(#"{"model": "größer", "gpus": 8}"#).0, try read(#"{"gpus": 4}"#).0)
        #expect(asked.unmet(by: has).map(Constraints.shown) == ["gpus 8", "model 'größer'"])
    }

    @Test(
        "What is no value is told, with its place",
        arguments: [
            (#"{"a": null}"#, "/requires/a"), (#"{"a": [1, [2]]}"#, "/requires/a/1"), (#"{"a": {}}"#, "/requires/a"),
            (#"{"a b": 1}"#, "/requires/a b"), (#"{"a": [1, 2, 3]}"#, "/requires"), ("[]", "/requires"),
        ])
    func problems(_ text: String, _ pointer: String) throws {
        #expect(try read(text, atMost: 2).1.map(\.pointer) == [pointer])
    }

    @Test("A rule of dispatch is read strictly, and read again as it was stored")
    func rules() throws {
        for text in [
            #"{"mode": "pull"}"#, #"{"mode": "least_loaded", "wait": "250ms"}"#, #"{"mode": "round_robin"}"#,
            #"{"mode": "affinity", "key": "payload.tenant"}"#, #"{"mode": "weighted", "weights": {"2": 10}}"#,
            #"{"mode": "weighted", "by": "ring", "weights": {"canary": 5, "stable": 95}}"#,
        ] {
            let settings = try settings(text)
            #expect(settings.1.isEmpty)
            let read = try #require(settings.0.dispatch)
            #expect(TaskTypeSettings(stored: settings.0.json)?.dispatch == read)
        }
        for (text, pointer) in [
            (#"{"mode": "push"}"#, "/dispatch/mode"), ("{}", "/dispatch/mode"), (#""pull""#, "/dispatch"),
            (#"{"mode": "affinity"}"#, "/dispatch/key"), (#"{"mode": "pull", "key": "payload.a"}"#, "/dispatch/key"),
            (#"{"mode": "round_robin", "wait": "0s"}"#, "/dispatch/wait"),
            (#"{"mode": "round_robin", "wait": "2h"}"#, "/dispatch/wait"),
            (#"{"mode": "weighted", "weights": {}}"#, "/dispatch/weights"),
            (#"{"mode": "weighted", "weights": {"a": 60, "b": 60}}"#, "/dispatch/weights"),
            (#"{"mode": "weighted", "weights": {"a": 160}}"#, "/dispatch/weights/a"),
        ] {
            #expect(try settings(text).1.map(\.pointer) == [pointer], "\(text)")
        }
    }

    private func settings(_ dispatch: String) throws -> (TaskTypeSettings, [JSONProblem]) {
        var problems = JSONProblems()
        let text = try JSONText(validating: Array(#"{"dispatch": \#(dispatch)}"#.utf8))
        var reader = try #require(JSONObjectReader(JSONNode(text), at: "", problems: &problems))
        return (TaskTypeSettings(reading: &reader, problems: &problems), problems.list)
    }
}
