/// Tells what kind of text a document is, by its title and its wording.
package enum DocumentClassifier {
    private static let titles = PhraseIndex(Signal.titles.map(\.phrase))
    private static let wording = PhraseIndex(Signal.wording.map(\.phrase))
    /// Below this a kind is a guess, and the answer is `unknown`.
    private static let threshold = 3.0

    package static func classify(_ text: String) -> Classification {
        let document = DocumentText(text)
        var scores: [DocumentKind: Double] = [:]
        var evidence: [DocumentKind: [String]] = [:]

        let title = TitleFinder.title(of: document)?.utf8.map(\.self) ?? []
        if let first = titles.find(in: FoldedText(title)).first {
            let signal = Signal.titles[first]
            scores[signal.kind, default: 0] += signal.weight
            evidence[signal.kind, default: []].append("title: \(signal.phrase)")
        }
        for number in wording.find(in: FoldedText(document.bytes)) {
            let signal = Signal.wording[number]
            scores[signal.kind, default: 0] += signal.weight
            evidence[signal.kind, default: []].append(signal.phrase)
        }

        // In the order of the cases, so that equal scores always give the same answer.
        let ranked = DocumentKind.allCases.map { ($0, scores[$0, default: 0]) }.sorted { $0.1 > $1.1 }
        let (kind, score) = ranked[0]
        guard score >= threshold else {
            return Classification(kind: .unknown, confidence: rounded(1 - score / threshold), evidence: [])
        }
        let confidence = score / (score + ranked[1].1 / 2 + 1)
        return Classification(kind: kind, confidence: rounded(confidence), evidence: evidence[kind, default: []])
    }

    private static func rounded(_ confidence: Double) -> Double { (confidence * 100).rounded() / 100 }
}
