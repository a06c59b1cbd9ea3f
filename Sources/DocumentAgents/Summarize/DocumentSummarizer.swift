/// Picks the sentences that say most about a document.
package enum DocumentSummarizer {
    package static func summarize(_ text: String, extraction: Extraction, sentences count: Int = 2) -> Summary {
        let sentences = SentenceSplitter.sentences(of: DocumentText(text))
        let scale = SentenceScore(sentences, extraction)
        let scores = sentences.enumerated().map { scale.score($1, at: $0, of: sentences.count) }
        // The place decides between equal scores, so that the same text always has the same summary.
        let ranked = sentences.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }

        var chosen: [(index: Int, words: Set<String>)] = []
        for index in ranked where chosen.count < count {
            let words = Set(sentences[index].words)
            let isRepetition = chosen.contains { other in
                Double(words.intersection(other.words).count) > 0.6 * Double(min(words.count, other.words.count))
            }
            if !isRepetition { chosen.append((index, words)) }
        }
        return Summary(sentences: chosen.map(\.index).sorted().map { sentences[$0].text })
    }
}
