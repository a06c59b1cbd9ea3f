import TestKit

/// How an unruly agent behaves with one task.
enum Manners: Sendable {
    case plain
    /// Answers a second time, with the same result.
    case repeats
    /// Answers a second time, with another result.
    case contradicts
    /// Answers long after the attempt's time is over.
    case late
    /// Answers at a node of its choice, over another connection.
    case elsewhere
    /// Says that it could not do it.
    case fails

    /// Most are plain.
    init(using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<1000, using: &generator) {
        case 0..<50: self = .repeats
        case 50..<100: self = .contradicts
        case 100..<102: self = .late
        case 110..<200: self = .elsewhere
        case 200..<210: self = .fails
        default: self = .plain
        }
    }
}
