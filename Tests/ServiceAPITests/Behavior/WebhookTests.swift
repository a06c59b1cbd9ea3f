import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import RedisStreams
import Sockets
import Synchronization
import TestKit
import Testing

@testable import ServiceAPI

/// Whom the service tells of what happens.
@Suite("Webhooks", .service, .timeLimit(.minutes(1)))
struct WebhookTests {
    /// What a receiver got.
    private struct Message: Sendable {
        let target: String
        let host: String?
        let headerFields: HTTPFields
        let bytes: [UInt8]

        init(_ request: Request) {
            target = request.target
            host = request.headerFields[HTTPField.Name("host")!]
            headerFields = request.headerFields
            bytes = request.body
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var body: JSONValue { (try? JSONText(validating: bytes)).map(JSONValue.init(parsing:)) ?? .null }

        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headerFields[$0] } }
    }

    /// Takes messages, or does not.
    private final class Receiver: Responder {
        let log = EventLog<Message>()
        let status = Mutex(HTTPResponse.Status.ok)

        func respond(to request: Request) async -> Response {
            log.record(Message(request))
            return Response(status: status.withLock { $0 })
        }

        /// The next message that it gets after so many.
        func message(after count: Int = 0) async throws -> Message { try await log.wait { $0.count > count }[count] }
    }

    /// Runs the body with a receiver and the address of one webhook there.
    private func withReceiver(_ body: (Receiver, String) async throws -> Void) async throws {
        let receiver = Receiver()
        let loops = try EventLoopGroup(count: 1)
        let server = Server(
            addresses: [.internet(host: "127.0.0.1", port: 0)], loops: loops, responder: receiver, logger: .quiet,
            onProblem: { Response(status: $0.status) })
        let address = try await server.start()[0]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(receiver, "http://\(address)/hook?to=a")
        }
    }

    private func escalated(_ service: RunningService) async throws -> (workflow: String, path: String) {
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type, step: ["payload": "scan"])
        try await service.fail(try await service.take(agent)[0], by: agent, retryable: false)
        let id = try #require(try await service.workflow(workflow)["steps"][0]["escalation_id"].string)
        return (workflow, "/v1/escalations/\(id)")
    }

    @Test("A receiver is told what it wants to know, signed, once for each event")
    func told() async throws {
        try await withService { service in
            try await withReceiver { receiver, url in
                let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                let set = try await service.put("/v1/webhooks/legal", ["url": .string(url), "secret": .string(secret)])
                #expect(set["signed"] == true)
                #expect(set["secret"].isNull)
                let (workflow, path) = try await escalated(service)
                let opened = try await receiver.message()
                #expect(opened.target == "/hook?to=a")
                #expect(opened.body["type"] == "escalation_opened")
                #expect(opened.body["data"]["workflow_id"] == .string(workflow))
                #expect(opened.body["data"]["escalation"]["kind"] == "exhausted")
                #expect(opened.body["data"]["error"]["code"] == "damaged")
                let id = try #require(opened.field(Signature.idField))
                let time = try #require(opened.field(Signature.timeField).flatMap(Int64.init))
                let signature = Signature.sign(opened.bytes, id: id, time: time, secret: secret)
                #expect(opened.field(Signature.field) == signature)
                // A comment is not among what is told unless it is asked for.
                _ = try await service.post("\(path)/comments", ["by": "ann", "text": "a"])
                _ = try await service.post("\(path)/claim", ["by": "ann"])
                let claimed = try await receiver.message(after: 1)
                #expect(claimed.body["type"] == "escalation_claimed")
                #expect(claimed.body["data"]["by"] == "ann")
                #expect(claimed.field(Signature.idField) != id)
                _ = try await service.post("\(path)/resolve", ["action": "skip", "by": "ann", "reason": "b"])
                #expect(try await receiver.message(after: 2).body["data"]["action"] == "skip")
                #expect(receiver.log.count == 3)
            }
        }
    }

    @Test("What is not taken is sent again, then kept, and sent once more when somebody says so")
    func failures() async throws {
        try await withService { service in
            try await withReceiver { receiver, url in
                receiver.status.withLock { $0 = .serviceUnavailable }
                try await service.put("/v1/webhooks/legal", ["url": .string(url), "events": ["workflow_cancelled"]])
                let workflow = try await service.start(TaskType.unique())
                try await service.cancel(workflow)
                let first = try await receiver.message()
                try await eventually { try await service.get("/v1/webhooks/legal")["failed_at"].string != nil }
                #expect(try await service.get("/v1/webhooks/legal/failures")["failures"] == [])
                // The last attempt, now.
                try await service.redis.command("HSET", service.key("delivery:1"), "attempts", "10")
                try await service.redis.command("ZADD", service.key("deliveries"), "0", "1")
                let last = try await receiver.message(after: 1)
                #expect(last.field(Signature.idField) == first.field(Signature.idField))
                try await eventually { try await service.get("/v1/webhooks/legal")["failures"] == 1 }
                let failed = try await service.get("/v1/webhooks/legal/failures")["failures"][0]
                #expect(failed["workflow_id"] == .string(workflow))
                #expect(failed["event"]["type"] == "workflow_cancelled")
                #expect(failed["reason"] == "the receiver answered 503")
                receiver.status.withLock { $0 = .noContent }
                #expect(try await service.post("/v1/webhooks/legal/redeliver", ["ids": [1, 2]])["redelivered"] == 1)
                #expect(try await receiver.message(after: 2).body["data"]["workflow_id"] == .string(workflow))
                try await eventually { try await service.get("/v1/webhooks/legal")["delivered"] == 1 }
                #expect(try await service.get("/v1/webhooks/legal")["failures"] == 0)
            }
        }
    }

    @Test("A test says whether the receiver took it, in the form that it takes")
    func test() async throws {
        let service = try suiteService()
        try await withReceiver { receiver, url in
            let forms: [(String, @Sendable (JSONValue) -> JSONValue)] = [
                ("json", { $0["type"] }), ("slack", { $0["text"] }),
                ("teams", { $0["attachments"][0]["content"]["body"][0]["text"] }),
            ]
            for (index, (template, text)) in forms.enumerated() {
                let hook = "/v1/webhooks/\(template)"
                try await service.put(
                    hook,
                    [
                        "url": .string(url), "template": .string(template), "events": ["workflow_failed"],
                        "link_base": "https://here/",
                    ])
                #expect(try await service.post("\(hook)/test", [:]).body == ["delivered": true, "status": 200])
                let message = try await receiver.message(after: index)
                #expect(text(message.body).string?.lowercased().hasPrefix("test") == true)
                #expect(message.field(Signature.field) == nil)
                #expect(message.text.contains("https://here/") == (template != "json"))
            }
            receiver.status.withLock { $0 = .forbidden }
            let refused = try await service.post("/v1/webhooks/slack/test", [:])
            #expect(refused.body == ["delivered": false, "reason": "the receiver answered 403"])
            for (template, _) in forms {
                #expect(try await service.send(.delete, "/v1/webhooks/\(template)").status == 204)
                #expect(try await service.get("/v1/webhooks/\(template)").type == "/problems/unknown-webhook")
            }
        }
    }

    @Test("Nobody is told anything at an address that is not public, unless that is allowed")
    func privateAddresses() async throws {
        var options = ServiceOptions()
        options.allowsPrivateWebhooks = false
        try await withService(options) { service in
            try await withReceiver { receiver, url in
                try await service.put("/v1/webhooks/inside", ["url": .string(url)])
                let answer = try await service.post("/v1/webhooks/inside/test", [:])
                #expect(answer["delivered"] == false)
                #expect(answer["reason"].string?.contains("is not a public address") == true)
                #expect(receiver.log.count == 0)
            }
        }
    }

    @Test("What is wrong with a webhook is told")
    func problems() async throws {
        let service = try suiteService()
        for (body, pointer) in [
            ("{}", "/url"), (#"{"url": "https://a/b"}"#, "/url"), (#"{"url": "ftp://a"}"#, "/url"),
            (#"{"url": "http://ops:secret@a/b"}"#, "/url"), (#"{"url": "http://a:0/"}"#, "/url"),
            (#"{"url": "http://a/", "events": []}"#, "/events"),
            (#"{"url": "http://a/", "events": ["step_queued"]}"#, "/events/0"),
            (#"{"url": "http://a/", "secret": "short"}"#, "/secret"),
            (#"{"url": "http://a/", "link_base": "a"}"#, "/link_base"),
        ] {
            let answer = try await service.send(.put, "/v1/webhooks/wrong", body: Array(body.utf8))
            #expect(answer.status == 422, "\(body)")
            #expect(answer["errors"][0]["pointer"] == .string(pointer), "\(body)")
        }
        #expect(try await service.get("/v1/webhooks/wrong").status == 404)
    }

    @Test("Signatures are those of the standard's own example")
    func signature() {
        let signature = Signature.sign(
            Array(#"{"test": 2432232314}"#.utf8), id: "msg_p5jXN8AQM9LWM0D4loKWxJek", time: 1_614_265_330,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        // RFC 4231, test case 2.
        let digest = Signature.digest(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(digest.map(Signature.base64) == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")
    }
}
