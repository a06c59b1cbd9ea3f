/// Weighs sentences: by the words that the document uses often, by where they stand, and by cue words.
struct SentenceScore {
    private var counts: [String: Int] = [:]
    private let most: Double
    private let titleWords: Set<String>

    /// What tells what a text is for and what it gives.
    private static let strong = PhraseIndex([
        "hereby grant", "is intended to", "intent of", "purpose of this", "waives", "you may copy and distribute",
        "redistribution and use", "permission is", "applies to any", "is a free", "incorporates the terms", "agrees to",
    ])
    private static let helpful = PhraseIndex([
        "you may", "you must", "permitted", "provided that", "freedom", "the parties",
    ])
    private static let harmful = PhraseIndex([
        "for example", "however", "see section", "note that", "as described", "if you wish", "we recommend",
        "we suggest",
        "in this case", "exhibit", "for purposes of this", "notwithstanding", "shall mean", "refers to", "we call",
    ])

    init(_ sentences: [Sentence], _ extraction: Extraction) {
        for sentence in sentences {
            for word in sentence.words { counts[word, default: 0] += 1 }
        }
        most = Double(counts.values.max() ?? 1)
        let named = ([extraction.title].compactMap(\.self) + extraction.definedTerms.prefix(20)).joined(separator: " ")
        titleWords = Set(Sentence.contentWords(FoldedText(named.utf8)))
    }

    func score(_ sentence: Sentence, at index: Int, of count: Int) -> Double {
        let words = sentence.words
        guard !words.isEmpty else { return 0 }
        let frequency = words.reduce(0.0) { $0 + Double(counts[$1, default: 0]) } / Double(words.count) / most
        let named = Double(Set(words).intersection(titleWords).count) / Double(max(titleWords.count, 1))
        // The start of a document says what it is about; the first sentence of a paragraph leads the others.
        let early = 1 - Double(index) / Double(count)
        let lead = sentence.place == 0 ? 0.15 : 0
        let opening = index == 0 ? 0.2 : 0
        return frequency + 0.6 * min(named * 3, 1) + 0.4 * early + lead + opening + cues(sentence) + length(sentence)
    }

    private func cues(_ sentence: Sentence) -> Double {
        let strong = Double(Self.strong.find(in: sentence.folded).count)
        let helpful = Double(Self.helpful.find(in: sentence.folded).count)
        let harmful = Double(Self.harmful.find(in: sentence.folded).count)
        // A sentence that begins with a quoted term defines it.
        let definition = "\"`".utf8.contains(sentence.text.utf8.first ?? 0) ? 0.4 : 0
        return min(0.8, 0.4 * strong + 0.1 * helpful) - 0.25 * harmful - definition
    }

    /// Short sentences say little, and long ones are no summary.
    private func length(_ sentence: Sentence) -> Double {
        let open = sentence.text.utf8.last == UInt8(ascii: ":") ? -0.2 : 0
        switch sentence.folded.starts.count {
        case ..<10: return open - 0.3
        case 10...45: return open
        default: return open - 0.2
        }
    }
}
