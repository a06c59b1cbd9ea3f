import GanglionClient
import Testing

@testable import ganglion

@Suite("Errors of commands")
struct CommandErrorTests {
    /// As the client reads one.
    static func problem(_ status: Int, _ body: String = "{}") -> Problem {
        Problem(status: status, reason: "", retryAfter: nil, body: Array(body.utf8))
    }

    private static let address = ServiceAddress(url: "http://h:1", origin: "GANGLION_URL")

    @Test("Each kind of error has a status of its own, which scripts rely on")
    func statuses() {
        let statuses = Dictionary(uniqueKeysWithValues: CommandError.Kind.allCases.map { ($0, $0.rawValue) })
        #expect(
            statuses == [
                .refused: 1, .unreachable: 2, .unknown: 3, .badPlan: 4, .notCompleted: 5, .unwell: 6,
            ])
    }

    @Test("What the service answers, or does not, decides the status")
    func kinds() {
        func kind(_ error: GanglionError) -> CommandError.Kind { CommandError(error, at: Self.address).kind }
        #expect(kind(.unreachable("refused")) == .unreachable)
        #expect(kind(.timedOut(after: .seconds(1))) == .unreachable)
        #expect(kind(.refused(Self.problem(404))) == .unknown)
        #expect(kind(.refused(Self.problem(409))) == .refused)
        #expect(kind(.refused(Self.problem(503))) == .unreachable)
    }

    @Test("A service that is not there is named with who said that it is, and what to do")
    func unreachable() {
        let error = CommandError(.unreachable("connect: refused"), at: Self.address)
        #expect(error.description.hasPrefix("No service at http://h:1 (GANGLION_URL): connect: refused\n"))
        #expect(error.description.contains("ganglion serve"))
    }

    @Test("For programs an error is an object, with the service's own words")
    func document() {
        let problem = Self.problem(404, #"{"type": "/problems/unknown-workflow", "detail": "none"}"#)
        let document = CommandError(.refused(problem), at: Self.address).document
        #expect(document["error"]["kind"].string == "unknown")
        #expect(document["error"]["problem"]["type"].string == "/problems/unknown-workflow")
    }

    @Test(
        "The beginning of an id is enough, with or without what all ids begin with",
        arguments: [
            ("3vq", true), ("wf_0_3vq", true), ("wf_0_3vq8", true), ("vq", false), ("wf_0_", false), ("wf", false),
            ("", false), ("3vq9", false),
        ])
    func beginnings(_ text: String, _ isFound: Bool) {
        #expect(Lookup.matches(text, "wf_0_3vq8k2m9x4c7t1n6r0h5w2j8pd", "wf_0_") == isFound)
    }
}
