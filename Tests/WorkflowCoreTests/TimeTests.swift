import Testing
import WorkflowCore

/// Moments as the API writes them.
@Suite("Times")
struct TimeTests {
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
