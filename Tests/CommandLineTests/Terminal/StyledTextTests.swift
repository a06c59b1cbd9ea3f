import Testing

@testable import ganglion

@Suite("Styled text")
struct StyledTextTests {
    @Test("Nothing that a service says commands a terminal")
    func control() {
        let text = StyledText("a\u{1B}[2J\r\nb\u{9B}\u{202E}\u{7}", .bad)
        #expect(text.text == #"a\u{1b}[2J\r\nb\u{9b}\u{202e}\u{7}"#)
        #expect(text.text(hasColours: true) == "\u{1B}[31m\(text.text)\u{1B}[0m")
        #expect(text.text(hasColours: false) == text.text)
    }

    @Test(
        "What is wide counts twice",
        arguments: [("abc", 3), ("契約", 4), ("Ångström", 8), ("a🚀", 3), ("", 0)])
    func width(_ text: String, _ columns: Int) {
        #expect(StyledText(text).width == columns)
    }

    @Test("A text that is too wide is cut where the width ends, and keeps its styles")
    func cut() {
        let text = StyledText("work", .bold) + StyledText("flow", .good)
        #expect(text.cut(to: 8) == text)
        #expect(text.cut(to: 7) == StyledText("work", .bold) + StyledText("fl", .good) + "…")
        #expect(text.cut(to: 3) == StyledText("wo", .bold) + "…")
        #expect(text.cut(to: 0).text.isEmpty)
        // Half of a wide character is none.
        #expect(StyledText("契約書").cut(to: 4).text == "契…")
    }

    @Test("Space is added at the side that is asked for, and taken away at the end")
    func space() {
        #expect(StyledText("7").padded(to: 3, atRight: true).text == "  7")
        #expect(StyledText("7").padded(to: 3).text == "7  ")
        #expect((StyledText("a ", .bold) + StyledText("  ")).withoutTrailingSpace == StyledText("a", .bold))
        #expect(StyledText("a").joined(with: ["", "b"]).text == "a  b")
    }

    @Test(
        "Durations are told to two places",
        arguments: [
            (.milliseconds(7), "7ms"), (.milliseconds(1260), "1.2s"), (.seconds(48), "48s"), (.seconds(184), "3m04s"),
            (.seconds(7500), "2h05m"), (.seconds(273_600), "3d04h"), (.seconds(-3), "0ms"),
        ] as [(Duration, String)])
    func brief(_ duration: Duration, _ text: String) { #expect(duration.brief == text) }

    @Test("A progress bar tells how much there is, how far that is and how long it will take")
    func progress() {
        var bar = ProgressBar("exported", total: 2000)
        bar.done = 500
        #expect(
            bar.line(elapsed: .seconds(4))
                == "exported  ██████░░░░░░░░░░░░░░░░░░  500 of 2,000  25 %  12s left")
        bar.done = 2400
        #expect(bar.line(elapsed: .seconds(4)).hasSuffix("████  2,400 of 2,000  100 %"))
        bar.total = nil
        #expect(bar.line(elapsed: .seconds(4)) == "exported  2,400  4.0s")
    }
}
