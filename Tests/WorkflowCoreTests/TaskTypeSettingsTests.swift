import JSON
import Testing

@testable import WorkflowCore

@Suite("Settings of task types")
struct TaskTypeSettingsTests {
    private func settings(_ text: String) throws -> TaskTypeSettings {
        try #require(TaskTypeSettings(stored: try JSONText(validating: Array(text.utf8))))
    }

    /// The first task of a workflow of one step with this payload, and where it waits.
    private func lane(_ settings: String, payload: String) throws -> TaskLane? {
        let text = """
            {"name": "test", "labels": {"team": "law & order"},
             "steps": [{"id": "only", "task_type": "work", "payload": \(payload)}]}
            """
        let plan = try Plan(try JSONText(validating: Array(text.utf8)))
        let id = WorkflowID(partition: 0, token: RandomToken(high: 1, low: 1))
        let (workflow, transition) = Workflow.start(
            id: id, plan: plan, input: .null, at: Instant(milliseconds: 0))
        for case .enqueue(let dispatch) in transition.effects {
            return try self.settings(settings).lane(of: dispatch, in: workflow)
        }
        return nil
    }

    @Test(
        "A key is a string, a number or a boolean, and what else there is has none",
        arguments: [
            (#"{"who": "acme"}"#, "acme/"), (#"{"who": 5}"#, "5/"), (#"{"who": true}"#, "true/"),
            (#"{"who": "a b/:%~é"}"#, "a%20b%2F%3A%25%7E%C3%A9/"), (#"{"who": ""}"#, "/"), (#"{"who": null}"#, "/"),
            (#"{"who": ["a"]}"#, "/"), (#"{"who": {"a": 1}}"#, "/"), ("1", "/"),
        ])
    func keys(_ payload: String, _ expected: String) throws {
        #expect(try lane(#"{"fairness": {"key": "payload.who"}}"#, payload: payload)?.description == expected)
    }

    @Test("A lane has its group from the one key and its quota from the other")
    func lanes() throws {
        let payload = #"{"who": "acme", "provider": "x"}"#
        let both = """
            {"fairness": {"key": "workflow.labels.team"},
             "rate": {"limit": 1, "per": "second", "key": "payload.provider"}}
            """
        #expect(try lane(both, payload: payload)?.description == "law%20%26%20order/x")
        let rate = #"{"rate": {"limit": 1, "per": "second", "key": "join('-', [payload.who, step.id])"}}"#
        #expect(try lane(rate, payload: payload)?.description == "/acme-only")
        #expect(try lane(#"{"rate": {"limit": 1, "per": "second"}}"#, payload: payload) == nil)
        // An expression that fails gives no key.
        let failing = #"{"rate": {"limit": 1, "per": "second", "key": "abs(payload.who)"}}"#
        #expect(try lane(failing, payload: payload)?.description == "/")
    }

    @Test("A key can be read in its lane's name; a long one by its beginning")
    func names() {
        for key in ["acme", "a b/:%~é", "%41", "~"] {
            #expect(TaskLane.decoded(TaskLane.encoded(key)) == key)
        }
        let (long, other) = (String(repeating: "é", count: 200), String(repeating: "é", count: 200) + "x")
        #expect(TaskLane.encoded(long) != TaskLane.encoded(other))
        #expect(TaskLane.encoded(long) == TaskLane.encoded(long))
        #expect(TaskLane.encoded(long).utf8.count < 320)
        #expect(TaskLane.decoded(TaskLane.encoded(long)) == String(repeating: "é", count: 48) + "…")
        #expect(TaskLane("a/b")?.description == "a/b")
        #expect(TaskLane("a") == nil && TaskLane("a/b/c/d/e") == nil)
    }

    @Test("What lies between two tasks is rounded up, so that no rate is exceeded")
    func interval() {
        #expect(RateLimit(limit: 600, per: .minute).interval == 100_000)
        #expect(RateLimit(limit: 7, per: .second).interval == 142_858)
        #expect(RateLimit(limit: 10_000, per: .second).interval == 100)
    }

    @Test("What is stored is read as it was")
    func stored() throws {
        let text = """
            {"paused":true,"max_concurrency":7,"rate":{"limit":5,"per":"second","burst":3,"key":"payload.who"},\
            "fairness":{"key":"workflow.labels.team"},"timeout":"30s","queue_timeout":"1h","retry":{"max_attempts":9}}
            """
        #expect(try settings(text).json.string == text)
        #expect(try settings("{}").json.string == #"{"paused":false}"#)
        #expect(TaskTypeSettings(stored: #"{"paused":1}"#) == nil)
    }

    @Test("A plan is filled with what its steps do not say, and with nothing else")
    func filled() throws {
        let defaults = try settings(#"{"timeout": "5s", "retry": { "max_attempts": 9 }}"#).defaults
        func filled(_ text: JSONText) -> String {
            Plan.filled(text) { $0 == "work" ? defaults : nil }.string
        }
        let (a, b) = (#""id":"a","task_type":"work""#, #""id":"b","task_type":"work","timeout":"1h""#)
        let retry = #""retry":{"max_attempts":9}"#
        let text = #"{"name":"a","steps":[{\#(a)},{\#(b)}],"output":1}"#
        let full = filled(try JSONText(validating: Array(text.utf8)))
        #expect(
            full
                == #"{"name":"a","steps":[{\#(a),"timeout":"5s",\#(retry)},{\#(b),\#(retry)}],"output":1}"#)
        for same: JSONText in [
            #"{ "steps": [ {"task_type": "other"}, {"task_type": 5}, 7 ] }"#, #"{"steps": 1}"#, "[]",
            #"{"steps": [{"task_type": "work", "timeout": 1, "retry": null}]}"#,
        ] {
            #expect(filled(same) == same.string)
        }
    }
}
