import JSON
import Testing
import WorkflowCore

/// Durations of the plan language, and moments as the API writes them.
@Suite("Times")
struct TimeTests {
    @Test(
        "A duration is a whole number and a unit",
        arguments: [
            ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000), ("0s", 0),
            ("3650d", 315_360_000_000),
        ] as [(String, Int64)])
    func durations(_ text: String, _ milliseconds: Int64) {
        #expect(Duration(text: text) == .milliseconds(milliseconds))
    }

    @Test(
        "Nothing else is a duration",
        arguments: [
            "", "5", "s", "5 s", "5S", "-5s", "+5s", "5.5s", "5s5", "1h30m", "٥s", "3651d", "99999999999999999999s",
            "999999999999999d", "5µs", "0x5s", " 5s", "5s ",
        ])
    func noDurations(_ text: String) { #expect(Duration(text: text) == nil) }

    @Test(
        "A duration is written in its largest whole unit and reads back",
        arguments: [
            "0ms", "1ms", "1500ms", "90s", "5m", "36h", "2d",
        ])
    func spelling(_ text: String) { #expect(Duration(text: text)?.text == text) }

    @Test(
        "A moment is written in RFC 3339 with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func moments(_ milliseconds: Int64, _ text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
    }

    @Test("A deadline beyond time lies at its end")
    func saturating() {
        #expect(Instant(milliseconds: .max - 1) + .seconds(1) == Instant(milliseconds: .max))
    }
}
