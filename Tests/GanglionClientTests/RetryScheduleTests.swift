import Sockets
import Testing

@testable import GanglionClient

@Suite("Trying again")
struct RetryScheduleTests {
    private static func refusal(_ status: Int, retryAfter: Duration? = nil) -> GanglionError {
        .refused(Problem(status: status, reason: "", retryAfter: retryAfter, body: []))
    }

    private func pause(after error: GanglionError, isRepeatable: Bool) -> Duration? {
        var schedule = RetrySchedule(budget: .seconds(30))
        return schedule.pause(after: error, isRepeatable: isRepeatable, elapsed: .zero, jitter: 1)
    }

    @Test(
        "What had no effect is tried again, whether it may be repeated or not",
        arguments: [refusal(503), refusal(429), .unreachable("refused")])
    func withoutEffect(_ error: GanglionError) {
        #expect(pause(after: error, isRepeatable: false) == .milliseconds(50))
    }

    @Test(
        "What may have had an effect is tried again only if it may be repeated",
        arguments: [.noAnswer("reset"), .timedOut(after: .seconds(1)), refusal(502), refusal(504)])
    func unknownOutcome(_ error: GanglionError) {
        #expect(pause(after: error, isRepeatable: true) == .milliseconds(50))
        #expect(pause(after: error, isRepeatable: false) == nil)
    }

    @Test(
        "What would be the same again is not tried again",
        arguments: [
            refusal(400), refusal(404), refusal(409), refusal(410), refusal(422), refusal(500), .cancelled,
            .unexpectedAnswer(""), .invalidArgument(""),
        ])
    func final(_ error: GanglionError) { #expect(pause(after: error, isRepeatable: true) == nil) }

    @Test("Pauses double up to two seconds, and lie in their upper half")
    func growth() {
        let pauses = (1...8).map { Backoff.pause(failures: $0, asked: nil, jitter: 1) }
        #expect(pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) })
        #expect(Backoff.pause(failures: 1000, asked: nil, jitter: 0) == .seconds(1))
    }

    @Test("No pause is shorter than the service asked for, or much longer")
    func asked() {
        #expect(Backoff.pause(failures: 1, asked: .seconds(3), jitter: 0) == .milliseconds(3025))
        #expect(Backoff.pause(failures: 20, asked: .seconds(4), jitter: 1) == .seconds(5))
    }

    @Test("A pause that would end after the budget is not begun")
    func budget() {
        var schedule = RetrySchedule(budget: .seconds(5))
        let error = Self.refusal(503, retryAfter: .seconds(4))
        #expect(schedule.pause(after: error, isRepeatable: true, elapsed: .zero, jitter: 0) != nil)
        #expect(schedule.pause(after: error, isRepeatable: true, elapsed: .seconds(1), jitter: 0) == nil)
        var none = RetrySchedule(budget: .zero)
        #expect(none.pause(after: .unreachable(""), isRepeatable: true, elapsed: .zero, jitter: 0) == nil)
    }

    @Test(
        "URLs name a host and a port, or a unix socket",
        arguments: [
            ("http://127.0.0.1:8080", .internet(host: "127.0.0.1", port: 8080)),
            ("HTTP://localhost:8080/", .internet(host: "localhost", port: 8080)),
            ("http://ganglion.internal", .internet(host: "ganglion.internal", port: 80)),
            ("http://[::1]:8080", .internet(host: "::1", port: 8080)),
            ("http+unix:///run/ganglion.sock", .unix(path: "/run/ganglion.sock")),
        ] as [(String, SocketAddress)])
    func urls(_ text: String, _ address: SocketAddress) throws { #expect(try ServiceURL(text).address == address) }

    @Test(
        "What is no such URL is refused",
        arguments: [
            "", "127.0.0.1:8080", "https://host", "http://", "http://host:99999", "http://host/base", "http+unix://",
            "http+unix://relative", "http://user@host", "http+unix:///", "http://host:80?x",
        ])
    func badURLs(_ text: String) { #expect(throws: GanglionError.self) { try ServiceURL(text) } }

    @Test(
        "Durations are written as the API takes them, and never shorter than they are",
        arguments: [
            (.seconds(30), "30000ms"), (.microseconds(1), "1ms"), (.seconds(-1), "0ms"), (.zero, "0ms"),
            (.seconds(Int64.max), "315360000000ms"),
        ] as [(Duration, String)])
    func durations(_ duration: Duration, _ text: String) { #expect(duration.wireText == text) }
}
