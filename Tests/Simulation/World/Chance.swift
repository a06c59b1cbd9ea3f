import TestKit

/// Everything that a run leaves to chance, drawn from its seed.
struct Chance {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// From 0 up to, and without, `limit`.
    mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(max(limit, 1))) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }

    /// True as often as so many of a thousand.
    mutating func perMille(_ share: Int) -> Bool { below(1000) < share }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(within(range)) }

    /// One of these; there has to be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A generator of its own for whoever draws at times that are not the run's to decide.
    mutating func fork() -> SeededGenerator { SeededGenerator(seed: next()) }
}
