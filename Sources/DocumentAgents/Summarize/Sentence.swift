/// A sentence of a document's prose.
struct Sentence: Sendable {
    let text: String
    let folded: FoldedText
    /// Its words without those that every text has.
    let words: [String]
    /// 0 for the first sentence of its paragraph.
    let place: Int

    init(text: String, folded: FoldedText, place: Int) {
        self.text = text
        self.folded = folded
        self.place = place
        words = Self.contentWords(folded)
    }

    static func contentWords(_ text: FoldedText) -> [String] {
        text.starts.indices.compactMap { index in
            let word = text.word(index)
            guard word.count > 3 else { return nil }
            let string = String(decoding: word, as: UTF8.self)
            return emptyWords.contains(string) ? nil : string
        }
    }

    private static let emptyWords: Set<String> = [
        "about", "also", "been", "before", "does", "each", "from", "have", "into", "more", "only", "other", "shall",
        "should",
        "some", "such", "than", "that", "their", "them", "then", "there", "these", "they", "this", "those", "under",
        "upon",
        "were", "what", "when", "where", "which", "will", "with", "would", "your", "must", "made", "make",
    ]
}
