/// Finds which of many phrases occur in a text, in one pass over its words.
///
/// A phrase starts at a word's start and may end inside a word: `terminat` finds `terminate` and `termination`.
struct PhraseIndex: Sendable {
    private let phrases: [[UInt8]]
    /// Phrases by their first two bytes, so that most words of a text meet no candidate at all.
    private let buckets: [UInt16: [Int]]

    init(_ phrases: [String]) {
        self.phrases = phrases.map { FoldedText($0.utf8).bytes }
        var buckets: [UInt16: [Int]] = [:]
        for (number, phrase) in self.phrases.enumerated() where phrase.count >= 2 {
            buckets[Self.key(phrase[0], phrase[1]), default: []].append(number)
        }
        self.buckets = buckets
    }

    /// The numbers of the phrases found, in the order in which they were given.
    func find(in text: FoldedText) -> [Int] {
        let bytes = text.bytes
        var isFound = [Bool](repeating: false, count: phrases.count)
        for start in text.starts where start + 1 < bytes.count {
            guard let candidates = buckets[Self.key(bytes[start], bytes[start + 1])] else { continue }
            for candidate in candidates where !isFound[candidate] {
                isFound[candidate] = Self.matches(phrases[candidate], bytes, at: start)
            }
        }
        return phrases.indices.filter { isFound[$0] }
    }

    private static func matches(_ phrase: [UInt8], _ bytes: [UInt8], at start: Int) -> Bool {
        guard start + phrase.count <= bytes.count else { return false }
        for offset in phrase.indices where bytes[start + offset] != phrase[offset] { return false }
        return true
    }

    private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }
}
