import TestKit
import Testing

@testable import ganglion

@Suite("Live regions")
struct LiveRegionTests {
    @Test("Only what differs is written")
    func difference() {
        var region = LiveRegion(hasColours: false)
        #expect(region.update(to: ["a", "b", "c"], width: 10) == "\r\u{1B}[Ja\nb\nc\n")
        #expect(region.update(to: ["a", "b", "c"], width: 10).isEmpty)
        #expect(region.update(to: ["a", "x", "c"], width: 10) == "\u{1B}[3A\n\r\u{1B}[2Kx\n\n")
    }

    @Test(
        "Whatever is drawn one after the other, the terminal shows the log and then the last picture", arguments: 0..<20
    )
    func sequences(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var region = LiveRegion(hasColours: seed.isMultiple(of: 2))
        let screen = Screen()
        var log: [String] = []
        for step in 0..<40 {
            let lines = (0..<Int.random(in: 0...6, using: &random)).map { number in
                "\(number): \(Int.random(in: 0...3, using: &random))"
            }
            let above = (0..<max(0, Int.random(in: -4...2, using: &random))).map { "log \(step).\($0)" }
            log += above
            let output = region.update(
                to: lines.map { StyledText($0, .good) }, above: above.map { StyledText($0) }, width: 40)
            #expect(screen.write(output), "\(output.debugDescription)")
            #expect(screen.text == log + lines)
        }
    }

    @Test("Lines that are too wide are cut, and drawn anew when the terminal becomes wider")
    func resized() {
        var region = LiveRegion(hasColours: false)
        let screen = Screen()
        #expect(screen.write(region.update(to: ["0123456789"], width: 5)))
        #expect(screen.text == ["0123…"])
        #expect(screen.write(region.update(to: ["0123456789"], width: 20)))
        #expect(screen.text == ["0123456789"])
        // Narrower, and the terminal has wrapped the line to two.
        #expect(region.update(to: ["0123456789"], width: 5).hasPrefix("\u{1B}[2A"))
    }
}
