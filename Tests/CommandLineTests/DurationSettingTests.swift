import Testing

@testable import ganglion

@Suite("Durations and sizes in settings")
struct DurationSettingTests {
    @Test(
        "A duration may have decimals",
        arguments: [
            ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1500)), ("0.25h", .seconds(900)),
            ("2.0m", .seconds(120)), ("7d", .seconds(7 * 86_400)), ("1.000ms", .milliseconds(1)),
        ] as [(String, Duration)])
    func durations(_ text: String, _ duration: Duration) { #expect(Duration(setting: text) == duration) }

    @Test(
        "What is no whole number of milliseconds, or no duration, is none",
        arguments: [
            "", ".", "1.", ".5s", "1.s", "1.5", "1.5x", "0.5ms", "1.0000001s", "1.5.5s", "-1.5s", "1,5s", "1.5 s",
            "9999999999999999999.5s", "99999999.9d", "1.٣s",
        ])
    func noDurations(_ text: String) { #expect(Duration(setting: text) == nil) }

    @Test(
        "A size is a number and a unit of two's powers, or of ten's",
        arguments: [
            ("4096", 4096), ("1KiB", 1024), ("64kB", 64_000), ("3MiB", 3 << 20), ("1GB", 1_000_000_000), ("7B", 7),
            ("", nil), ("MiB", nil), ("1.5MiB", nil), ("-1", nil), ("1 MiB", nil), ("1mib", nil),
            ("9223372036854775807KiB", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func sizes(_ text: String, _ bytes: Int?) { #expect(ByteCount.read(text) == bytes) }
}
