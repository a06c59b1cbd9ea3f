/// Bodies of the other operations that are not accepted. What is asked of does not exist: the body is read first.
enum BadBodies {
    static let workflow = "wf_0_00000000000000000000000000"
    static let agent = "agent_00000000000000000000000000"
    static let task = "task_0_00000000000000000000000000_0"
    static let escalation = "esc_0_00000000000000000000000000_1"

    private static let answer = #""agent_id": "\#(agent)", "attempt": 1"#

    static let agents: [BadRequest] = [
        register("", at: "/name", "the field 'name' is missing"),
        register("", at: "/capabilities", "the field 'capabilities' is missing"),
        register(#""name": "", "capabilities": ["a"]"#, at: "/name", "expected 1 to 128 bytes, found 0"),
        register(#""name": "a", "capabilities": "a""#, at: "/capabilities", "expected an array, found a string"),
        register(#""name": "a", "capabilities": []"#, at: "/capabilities", "expected 1 to 64 task types, found 0"),
        register(#""name": "a", "capabilities": ["a", "b c"]"#, at: "/capabilities/1", "a task type: 1 to 64 letters"),
        register(#""name": "a", "capabilities": ["a", "a"]"#, at: "/capabilities/1", "'a' is named twice"),
        register(#""name": "a", "capabilities": ["a"], "slots": 0"#, at: "/slots", "a whole number from 1 to 1000"),
        register(#""name": "a", "capabilities": ["a"], "slots": "4""#, at: "/slots", "found a string"),
        register(#""name": "a", "capabilities": ["a"], "slot": 4"#, at: "/slot", "did you mean 'slots'?"),
        register(#""name": "a", "capabilities": [{}]"#, at: "/capabilities/0/task_type", "'task_type' is missing"),
        register(
            #""name": "a", "capabilities": [{"task_type": "a", "constraints": {"b": null}}]"#,
            at: "/capabilities/0/constraints/b", "expected a string, a number or a boolean, found null"),
        register(
            #""name": "a", "capabilities": [{"task_type": "a", "slot_cost": 3}], "slots": 2"#,
            at: "/capabilities/0/slot_cost", "a whole number from 1 to 2, found 3"),
        register(#""name": "a", "capabilities": ["a"], "labels": {"b c": ""}"#, at: "/labels/b c", "is not a label"),
        register(#""name": "a", "capabilities": ["a"], "metadata": []"#, at: "/metadata", "expected an object"),
        register(#""name": "a", "capabilities": ["a"], "version": """#, at: "/version", "expected 1 to 128 bytes"),
        heartbeat(#""load": {"cpu": "high"}"#, at: "/load/cpu", "expected a number, found a string"),
        heartbeat(#""running": 1"#, at: "/running", "expected an array, found a number"),
        heartbeat(#""running": ["\#(task)", "task_x"]"#, at: "/running/1", "expected a task's id"),
        heartbeat(
            #""running": [\#(Array(repeating: #""\#(task)""#, count: 1001).joined(separator: ","))]"#, at: "/running",
            "1001 are more than the limit of 1000"),
        heartbeat(#""max": 1"#, at: "/max", "no field is called 'max' here"),
        take(#""max": -1"#, at: "/max", "a whole number from 0 to 1000, found -1"),
        take(#""max": 1001"#, at: "/max", "a whole number from 0 to 1000"),
        take(#""finished": {}"#, at: "/finished", "expected an array, found an object"),
        finished(#""attempt": 1, "result": 1"#, at: "/task_id", "the field 'task_id' is missing"),
        finished(#""task_id": "task_1", "attempt": 1, "result": 1"#, at: "/task_id", "'task_1' is not a task's id"),
        finished(#""task_id": "\#(task)", "attempt": 0, "result": 1"#, at: "/attempt", "from 1 to 2147483647"),
        finished(#""task_id": "\#(task)", "attempt": 1"#, at: "", "one of 'result', 'error' and 'question'"),
        finished(
            #""task_id": "\#(task)", "attempt": 1, "result": 1, "error": {"code": "a", "message": ""}"#, at: "",
            "one of 'result', 'error' and 'question'"),
        finished(#""task_id": "\#(task)", "attempt": 1, "error": "x""#, at: "/error", "expected an object"),
        finished(#""task_id": "\#(task)", "attempt": 1, "error": {"message": ""}"#, at: "/error/code", "is missing"),
        finished(
            #""task_id": "\#(task)", "attempt": 1, "question": {"options": [1]}"#, at: "/question/question",
            "is missing"),
        finished(#""task_id": "\#(task)", "attempt": 1, "question": "a""#, at: "/question", "expected an object"),
        finished(#""task_id": "\#(task)", "attempt": 1, "reslt": 1"#, at: "/reslt", "did you mean 'result'?"),
    ]

    static let answers: [BadRequest] = [
        complete(#""attempt": 1, "result": 1"#, at: "/agent_id", "the field 'agent_id' is missing"),
        complete(#""agent_id": "me", "attempt": 1, "result": 1"#, at: "/agent_id", "'me' is not an agent's id"),
        complete(#""agent_id": "\#(agent)", "result": 1"#, at: "/attempt", "the field 'attempt' is missing"),
        complete(#""agent_id": "\#(agent)", "attempt": 2147483648, "result": 1"#, at: "/attempt", "to 2147483647"),
        complete(answer, at: "/result", "the field 'result' is missing"),
        complete(#"\#(answer), "result": 1, "usage": 5"#, at: "/usage", "expected an object, found a number"),
        complete(#"\#(answer), "result": 1, "usage": {"tokens": -1}"#, at: "/usage/tokens", "a number, at least 0"),
        complete(#"\#(answer), "result": 1, "usage": {"to/kens": 1}"#, at: "/usage/to~1kens", "1 to 64 letters"),
        complete(
            #"\#(answer), "result": 1, "usage": {\#((0..<17).map { #""u\#($0)": 1"# }.joined(separator: ","))}"#,
            at: "/usage", "17 units are more than the limit of 16"),
        complete(#"\#(answer), "result": 1, "error": {}"#, at: "/error", "no field is called 'error' here"),
        escalate(answer, at: "/question", "the field 'question' is missing"),
        escalate(#"\#(answer), "question": """#, at: "/question", "expected 1 to 4096 bytes, found 0"),
        escalate(#"\#(answer), "question": "a", "options": 1"#, at: "/options", "expected an array"),
        escalate(#"\#(answer), "question": "a", "options": []"#, at: "/options", "expected 1 to 64, found 0"),
        escalate(
            #"\#(answer), "question": "a", "options": [1, 2, 1.0]"#, at: "/options/2", "it is the same as option 0"),
        escalate(#"\#(answer), "question": "a", "option": [1]"#, at: "/option", "did you mean 'options'?"),
        fail(answer, at: "/error", "the field 'error' is missing"),
        fail(#"\#(answer), "error": []"#, at: "/error", "expected an object, found an array"),
        fail(#"\#(answer), "error": {"code": "", "message": ""}"#, at: "/error/code", "expected 1 to 64 bytes"),
        fail(
            #"\#(answer), "error": {"code": "a", "message": "\#(BadPlans.long(4097))"}"#, at: "/error/message",
            "expected 0 to 4096 bytes, found 4097"),
        fail(
            #"\#(answer), "error": {"code": "a", "message": "", "retryable": "yes"}"#, at: "/error/retryable",
            "expected true or false"),
        fail(
            #"\#(answer), "error": {"code": "a", "message": "", "retry_after": "-1s"}"#, at: "/error/retry_after",
            "is not a duration"),
        progress(#"\#(answer), "percent": 101"#, at: "/percent", "a whole number from 0 to 100, found 101"),
        progress(#"\#(answer), "percent": 1e1"#, at: "/percent", "a whole number from 0 to 100"),
        progress(#"\#(answer), "message": null"#, at: "/message", "expected a string, found null"),
        progress(#"\#(answer), "extend": "0s""#, at: "/extend", "expected more than 0"),
        progress(#"\#(answer), "extend": "1 minute""#, at: "/extend", "is not a duration"),
        progress(
            #"\#(answer), "partial": "\#(BadPlans.long(262_144))""#, at: "/partial",
            "262146 bytes are more than the limit of 262144"),
        progress(#"\#(answer), "usage": {"tokens": -1}"#, at: "/usage/tokens", "expected a number, at least 0"),
        progress(#"\#(answer), "fingerprint": """#, at: "/fingerprint", "expected 1 to 128 bytes, found 0"),
        progress(#"\#(answer), "fingerprint": "a\nb""#, at: "/fingerprint", "expected a line of text"),
        progress(
            #"\#(answer), "tool_call": "\#(BadPlans.long(257))""#, at: "/tool_call",
            "expected 1 to 256 bytes, found 257"),
        guide(#""by": "a""#, at: "/text", "the field 'text' is missing"),
        guide(#""text": "", "by": "a""#, at: "/text", "expected 1 to 4096 bytes, found 0"),
        guide(#""text": "a""#, at: "/by", "the field 'by' is missing"),
    ]

    static let programs: [BadRequest] = [
        add("", at: "/steps", "the field 'steps' is missing"),
        add(#""steps": {}"#, at: "/steps", "expected an array"),
        add(#""steps": []"#, at: "/steps", "expected 1 to 1000 steps in one request, found 0"),
        add(
            #""steps": [\#((0..<1001).map { #"{"id": "s\#($0)", "result": 1}"# }.joined(separator: ","))]"#,
            at: "/steps", "found 1001"),
        complete(workflow: #""result": 1"#, at: "/result", "no field is called 'result' here"),
        fail(workflow: "", at: "/error", "the field 'error' is missing"),
        fail(workflow: #""error": {"code": "", "message": ""}"#, at: "/error/code", "expected 1 to 64 bytes"),
        fail(workflow: #""error": {"code": "a", "message": "", "retryable": true}"#, at: "/error/retryable", "here"),
    ]

    private static func guide(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/tasks/\(task)/guidance", "{\(fields)}", at: pointer, says)
    }

    private static func add(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/workflows/\(workflow)/steps", "{\(fields)}", at: pointer, says)
    }

    private static func complete(workflow fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/workflows/\(workflow)/complete", "{\(fields)}", at: pointer, says)
    }

    private static func fail(workflow fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/workflows/\(workflow)/fail", "{\(fields)}", at: pointer, says)
    }

    static let people: [BadRequest] = [
        cancel(#""by": """#, at: "/by", "expected 1 to 128 bytes, found 0"),
        cancel(#""by": 7"#, at: "/by", "expected a string, found a number"),
        cancel(#""reason": "\#(BadPlans.long(1025))""#, at: "/reason", "expected 1 to 1024 bytes, found 1025"),
        cancel(#""why": "a""#, at: "/why", "no field is called 'why' here"),
        resolve(#""by": "a", "reason": "b""#, at: "/action", "the field 'action' is missing"),
        resolve(#""action": "retry", "reason": "b""#, at: "/by", "the field 'by' is missing"),
        resolve(#""action": "retry", "by": "a""#, at: "/reason", "the field 'reason' is missing"),
        resolve(
            #""action": "pray", "by": "a", "reason": "b""#, at: "/action", "not one of: retry, complete, skip, fail"),
        resolve(
            #""action": "complete", "by": "a", "reason": "b""#, at: "/result", "'complete' needs the step's result"),
        resolve(
            #""action": "skip", "by": "a", "reason": "b", "payload": 1"#, at: "/payload",
            "a payload goes with 'retry' only"),
        resolve(
            #""action": "retry", "by": "a", "reason": "b", "result": 1"#, at: "/result",
            "a result goes with 'complete' only"),
        resolve(#""action": "answer", "by": "a", "reason": "b""#, at: "/answer", "'answer' needs the answer"),
        resolve(
            #""action": "skip", "by": "a", "reason": "b", "answer": 1"#, at: "/answer",
            "an answer goes with 'answer' only"),
    ]

    private static func register(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/agents", "{\(fields)}", at: pointer, says)
    }

    private static func heartbeat(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/agents/\(agent)/heartbeat", "{\(fields)}", at: pointer, says)
    }

    private static func take(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/agents/\(agent)/tasks", "{\(fields)}", at: pointer, says)
    }

    private static func finished(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        take(#""finished": [{\#(fields)}]"#, at: "/finished/0\(pointer)", says)
    }

    private static func complete(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/tasks/\(task)/complete", "{\(fields)}", at: pointer, says)
    }

    private static func fail(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/tasks/\(task)/fail", "{\(fields)}", at: pointer, says)
    }

    private static func escalate(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/tasks/\(task)/escalate", "{\(fields)}", at: pointer, says)
    }

    private static func progress(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/tasks/\(task)/progress", "{\(fields)}", at: pointer, says)
    }

    private static func cancel(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/workflows/\(workflow)/cancel", "{\(fields)}", at: pointer, says)
    }

    private static func resolve(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        .body("/v1/escalations/\(escalation)/resolve", "{\(fields)}", at: pointer, says)
    }
}
