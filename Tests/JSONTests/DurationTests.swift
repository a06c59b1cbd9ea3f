import JSON
import Testing

/// Durations as plans and the API write them.
@Suite("Durations")
struct DurationTests {
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
}
