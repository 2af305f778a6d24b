/// Finds the word that was probably meant.
public enum Spelling {
    /// `did you mean …?` for a near word, else all that are known.
    static func remedy(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return "did you mean `\(near)`?" }
        return "known here: \(known.joined(separator: ", "))"
    }

    /// The known word with the fewest changes, at most one for each three letters (one at least).
    public static func nearest(to word: String, among known: [String]) -> String? {
        let limit = max(1, word.count / 3)
        let ranked = known.map { (word: $0, distance: distance(word.lowercased(), $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit
        else {
            return nil
        }
        return best.word
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
    ///
    /// Source: optimal string alignment distance (Damerau, Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left)
        let b = Array(right)
        var beforeLast = [Int]()
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
