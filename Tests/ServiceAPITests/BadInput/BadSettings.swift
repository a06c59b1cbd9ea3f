import HTTPTypes

/// Settings of task types that are not accepted.
enum BadSettings {
    static let all: [BadRequest] = [
        set(#""pause": true"#, at: "/pause", "did you mean 'paused'?"),
        set(#""paused": 1"#, at: "/paused", "expected true or false, found a number"),
        set(#""max_concurrency": 0"#, at: "/max_concurrency", "a whole number from 1 to 1000000, found 0"),
        set(#""rate": 5"#, at: "/rate", "expected an object, found a number"),
        set(#""rate": null"#, at: "/rate", "expected an object, found null"),
        set(#""rate": {"per": "second"}"#, at: "/rate/limit", "the field 'limit' is missing"),
        set(#""rate": {"limit": 1}"#, at: "/rate/per", "the field 'per' is missing"),
        set(#""rate": {"limit": 1, "per": "hour"}"#, at: "/rate/per", "not one of: second, minute"),
        set(#""rate": {"limit": 10001, "per": "second"}"#, at: "/rate/limit", "a whole number from 1 to 10000"),
        set(#""rate": {"limit": 1, "per": "second", "burst": 0}"#, at: "/rate/burst", "a whole number from 1 to 10000"),
        set(#""rate": {"limit": 1, "per": "second", "bust": 2}"#, at: "/rate/bust", "did you mean 'burst'?"),
        key("payload.", "not a JMESPath expression"),
        key("input.tenant", "'input' is not known here; a key starts with 'payload', 'step' or 'workflow'"),
        key("@", "the whole task cannot be its key"),
        key("`1`", "a key that looks at nothing of the task is the same for all"),
        set(#""fairness": {}"#, at: "/fairness/key", "the field 'key' is missing"),
        set(#""fairness": {"key": "payload.a", "weight": 1}"#, at: "/fairness/weight", "no field is called 'weight'"),
        set(#""dispatch": "pull""#, at: "/dispatch", "expected an object, found a string"),
        set(#""dispatch": {"mode": "push"}"#, at: "/dispatch/mode", "not one of: pull, affinity, weighted"),
        set(#""dispatch": {"mode": "affinity"}"#, at: "/dispatch/key", "the field 'key' is missing"),
        set(#""dispatch": {"mode": "pull", "wait": "2h"}"#, at: "/dispatch/wait", "more than 0 and at most 1h"),
        set(
            #""dispatch": {"mode": "weighted", "weights": {"a": 60, "b": 41}}"#, at: "/dispatch/weights",
            "the percentages are 101 together"),
        set(#""timeout": "0s""#, at: "/timeout", "a timeout is longer than 0"),
        set(#""queue_timeout": 5"#, at: "/queue_timeout", "expected a string, found a number"),
        set(#""retry": {"max_attempts": 0}"#, at: "/retry/max_attempts", "a whole number from 1 to 100"),
        set(#""retry": {"attempts": 3}"#, at: "/retry/attempts", "no field is called 'attempts' here"),
    ]

    private static func set(_ fields: String, at pointer: String, _ says: String) -> BadRequest {
        var request = BadRequest.body("/v1/task-types/read", "{\(fields)}", at: pointer, says)
        request.method = .put
        return request
    }

    private static func key(_ expression: String, _ says: String) -> BadRequest {
        set(#""rate": {"limit": 1, "per": "second", "key": "\#(expression)"}"#, at: "/rate/key", says)
    }
}
