/// "Did you mean": the known word that is nearest to what was written.
package enum Suggestion {
    /// Longer words are compared by their beginnings, so that a hostile name cannot buy much work.
    private static let comparedBytes = 32
    private static let comparedWords = 2000

    /// `; did you mean 'extract'?`, or nothing if no word is near.
    package static func text(for word: String, among known: some Sequence<String>) -> String {
        nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
    }

    package static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let limit = max(1, min(word.utf8.count, comparedBytes) / 3)
        var best: (word: String, distance: Int)?
        for candidate in known.prefix(comparedWords) {
            let difference = min(candidate.utf8.count, comparedBytes) - min(word.utf8.count, comparedBytes)
            guard abs(difference) <= limit else { continue }
            let distance = editDistance(
                Array(word.utf8.prefix(comparedBytes)), Array(candidate.utf8.prefix(comparedBytes)))
            guard distance <= limit else { continue }
            // Among equally near words the first by the alphabet: the known ones may come in any order.
            if let best, (best.distance, best.word) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// Levenshtein's distance, by rows (Wagner and Fischer: "The String-to-String Correction Problem", 1974).
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = min(diagonal + (byte == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
