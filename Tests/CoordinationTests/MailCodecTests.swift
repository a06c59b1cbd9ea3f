import JSON
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Letters and messages as they are written")
struct MailCodecTests {
    private static let failure = AgentFailure(
        Failure(code: "rate_limited", message: "not \"now\""), retryable: false, retryAfter: .milliseconds(1500))

    private static let everything: ProgressReport = {
        var report = ProgressReport(partial: #"{"pages": [1, 2]}"#)
        report.usage = ["tokens": 812, "usd": 0.25]
        report.fingerprint = "page 2"
        report.toolCall = "read(\"a\")"
        return report
    }()

    static let events: [Event] = [
        .clock,
        .cancel(by: nil, reason: nil),
        .cancel(by: "ops", reason: "line 1\nline 2"),
        .step(0, .taken(attempt: 1, by: .ada, at: Instant(milliseconds: 1_750_000_000_123))),
        .step(7, .completed(attempt: 2, by: .bob, result: #"{"text": "ä b", "list": [1, 2.50]}"#)),
        .step(1, .failed(attempt: 3, by: .ada, failure)),
        .step(1, .failed(attempt: 1, by: .ada, AgentFailure(Failure(code: "x", message: "")))),
        .step(2, .progressed(attempt: 1, by: .eve, ProgressReport(percent: 40, message: "half", extend: .seconds(9)))),
        .step(2, .progressed(attempt: 1, by: .eve, ProgressReport())),
        .step(2, .progressed(attempt: 1, by: .eve, everything)),
        .step(2, .heard(attempt: 1, by: .eve, at: Instant(milliseconds: 5), asOf: Instant(milliseconds: 7))),
        .step(2, .stalled(attempt: 2, by: .eve, heartbeats: 12, since: Instant(milliseconds: 5))),
        .step(2, .guided(text: "use the \"other\" file", by: "ops")),
        .step(2, .acknowledged(attempt: 1, by: .eve, through: 3)),
        .step(3, .agentGone(attempt: 1, .ada, reason: "the agent has left")),
        .resolve(escalation: 1, Resolution(.retry(payload: #"{"a":1}"#), by: "ops", reason: "mended")),
        .resolve(escalation: 2, Resolution(.retry(payload: nil), by: "ops")),
        .resolve(escalation: 3, Resolution(.complete(result: "null"), by: "ops")),
        .resolve(escalation: 4, Resolution(.skip, by: "ops")),
        .resolve(escalation: 4, Resolution(.skip, by: "ops", version: 3)),
        .handle(escalation: 1, HandlingAct(.claim(.seconds(90)), by: "ann", version: 2)),
        .handle(escalation: 2, HandlingAct(.release, by: "ann", reason: "later")),
        .handle(escalation: 3, HandlingAct(.reassign(to: "bob"), by: "ann")),
        .handle(escalation: 3, HandlingAct(.reassign(to: nil), by: "ann")),
        .handle(escalation: 4, HandlingAct(.comment("see \"page 3\""), by: "ann")),
        .resolve(escalation: 5, Resolution(.fail, by: "ops")),
        .step(1, .asked(attempt: 2, by: .bob, Question("which?", options: ["1", #""b""#], context: #"{"c": null}"#))),
        .step(1, .asked(attempt: 1, by: .bob, Question("what?"))),
        .add(steps: #"[{"id": "a", "result": null}, {"id": "b"}]"#),
        .finish(.completed(output: "[1]")), .finish(.completed(output: nil)),
        .finish(.failed(Failure(code: "x", message: "no \"y\""))),
        .resolve(escalation: 6, Resolution(.answer(#"{"b": [1]}"#), by: "ops")),
    ]

    @Test("Every event is read as it was written", arguments: events)
    func event(_ event: Event) throws {
        let text = try JSONText(validating: event.json.bytes)
        #expect(Event(stored: text) == event)
    }

    static let outcomes: [Outcome] = [
        .accepted, .duplicate,
        .refused(.unknownTask), .refused(.notHeld), .refused(.attemptOver(current: 4)),
        .refused(.alreadyAnswered(acceptedAttempt: 2, status: .completed)),
        .refused(.alreadyAnswered(acceptedAttempt: nil, status: .skipped)),
        .refused(.workflowEnded(.cancelled)), .refused(.unknownEscalation), .refused(.alreadyResolved),
        .refused(.tooManyQuestions(limit: 32)), .refused(.notAQuestion), .refused(.notAnOption(["1", "[2]"])),
        .refused(.answersTooLong(limit: 7)), .refused(.partialTooLong(limit: 7)), .refused(.notOpen(.pending)),
        .refused(.tooMuchGuidance(limit: 16)), .refused(.notExternal), .refused(.invalidSteps([])),
        .refused(.invalidSteps([JSONProblem(pointer: "/steps/0", detail: "no")])),
        .refused(.claimed(by: "ann", until: Instant(milliseconds: 1_750_000_000_123))),
        .refused(.changedSince(version: 4)), .refused(.tooManyComments(limit: 1)), .refused(.tooManyVotes(limit: 2)),
        .refused(.voteTooLong(limit: 3)),
        .refused(.stepDiffers(id: "a", pointer: "/steps/1/payload")),
    ]

    @Test("What became of a letter is read as it was written, with and without a result", arguments: outcomes)
    func delivery(_ outcome: Outcome) throws {
        for (result, escalation) in [(nil, 3), (#"{"a": [1]}"# as JSONText, nil)] {
            let delivery = Delivery(outcome: outcome, acceptedResult: result, escalation: escalation)
            let text = try JSONText(validating: delivery.json.bytes)
            #expect(Delivery(stored: text) == delivery)
        }
    }

    @Test(
        "What is not understood is nothing",
        arguments: [
            "{}", "[]", #"{"event":"dance"}"#, #"{"event":"completed","step":1}"#, #"{"event":"resolve"}"#,
            #"{"event":"failed","step":0,"attempt":1,"agent":"ada"}"#, #"{"event":7}"#,
        ])
    func strangeEvents(_ text: String) throws {
        #expect(Event(stored: try JSONText(validating: Array(text.utf8))) == nil)
    }

    @Test(
        "A message that is not understood is none",
        arguments: [
            "", " ", "dance", "mail", "mail wf_1 1-1", "reply", "reply x {}", "reply 1 {", "taken a b c d", "stop",
            "left me",
        ])
    func strangeMessages(_ text: String) {
        #expect(NodeMessage(Array(text.utf8)) == nil)
    }

    private static func letter(_ text: String, from agent: AgentID = .ada) -> MailedLetter {
        let place = StreamPlace(milliseconds: 12, sequence: 3)
        return MailedLetter(place: place, to: "\(agent)", number: "2", event: Array(text.utf8))
    }

    private static let answers: [(String, StepEvent)] = [
        (#"7 result {"a b": [1]}"#, .completed(attempt: 2, by: .ada, result: #"{"a b": [1]}"#)),
        (
            #"7 error {"code": "x", "message": "y", "retryable": false, "retry_after": "2s"}"#,
            .failed(
                attempt: 2, by: .ada,
                AgentFailure(Failure(code: "x", message: "y"), retryable: false, retryAfter: .seconds(2)))
        ),
        (
            #"7 question {"question": "which?", "options": [1]}"#,
            .asked(attempt: 2, by: .ada, Question("which?", options: ["1"]))
        ),
        (#"7 progress {"percent": 9}"#, .progressed(attempt: 2, by: .ada, ProgressReport(percent: 9))),
    ]

    @Test("An answer that an agent mailed itself is what it would be over HTTP", arguments: answers)
    func agentsLetter(_ text: String, _ event: StepEvent) {
        let receipt = AnswerReceipt(agent: .ada, step: 7, attempt: 2)
        #expect(Self.letter(text).letter == Letter(.step(7, event), reply: .agent(receipt)))
    }

    @Test(
        "An agent is told what is wrong with an answer that cannot be read",
        arguments: [
            ("7 result {", ""), ("7 result", ""), (#"7 error {"code": "x"}"#, "/message"),
            (#"7 error {"code": "", "message": "y"}"#, "/code"), (#"7 question {"question": 1}"#, "/question"),
            (#"7 progress {"percent": 9, "more": 1}"#, "/more"), ("7 joy 1", ""),
        ])
    func malformedAnswer(_ text: String, _ pointer: String) throws {
        let mailed = Self.letter(text)
        #expect(mailed.letter == nil)
        guard case .agent(let receipt) = mailed.reply else {
            Issue.record("nobody would be told")
            return
        }
        #expect(receipt.problems.map(\.pointer) == [pointer])
        let verdict = JSONNode(receipt.verdict(.unreadable, in: .unique()))
        #expect(verdict.member("outcome")?.string == "malformed")
        #expect(verdict.member("problems")?.elements.first?.member("pointer")?.string == pointer)
    }

    @Test("What nobody could have mailed as an answer is left alone", arguments: ["", "x result 1", "-1 result 1"])
    func strangeAnswer(_ text: String) {
        #expect(Self.letter(text).reply == nil)
    }

    @Test("A letter that cannot be read still has its place, so that it can leave the mailbox")
    func unreadableLetter() {
        let id = WorkflowID.unique()
        let place = StreamPlace(milliseconds: 12, sequence: 3)
        let message = NodeMessage(Array("mail \(id) 12-3 - 0 {\"event\":\"dance\"}".utf8))
        #expect(message == .mail(id, MailedLetter(place: place, letter: nil)))
    }
}
