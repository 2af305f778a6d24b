/// Where records contradict one another: evidence with such records is not complete, whatever else it shows.
struct Contradictions {
    /// How many are told in full.
    static let keptMax = 20

    private var kept: [Contradiction] = []
    private var omitted = 0
    /// Of each incarnation that is touched the first, told or not.
    private(set) var first: [Int: Contradiction] = [:]

    /// Whether one of these incarnations, as indices, is to be told.
    func wants(_ places: [Int]) -> Bool {
        kept.count < Self.keptMax || places.contains { first[$0] == nil }
    }

    /// Counts one that is not told.
    mutating func omit() {
        omitted += 1
    }

    /// Notes one that puts the records of these incarnations, as indices, in doubt.
    mutating func note(
        _ rule: EvidenceRule,
        _ places: [Int],
        _ incarnations: [History.Incarnation],
        _ sentence: String
    ) {
        let new = Contradiction(
            rule: rule,
            writers: Set(places).sorted().map { incarnations[$0].id },
            sentence: sentence
        )
        for place in places where first[place] == nil { first[place] = new }
        if kept.count < Self.keptMax {
            kept.append(new)
        } else {
            omitted += 1
        }
    }

    /// Of each incarnation in doubt the first one, in order; one that several share is there once.
    var doubts: [Contradiction] {
        var told = Set<String>()
        return first.sorted { $0.key < $1.key }.map(\.value).filter {
            told.insert($0.sentence).inserted
        }
    }

    /// They, a sentence each, and how many more there are.
    var sentences: [String] {
        let told = kept.map(\.sentence)
        return omitted == 0
            ? told : told + ["records contradict one another in \(omitted) more places"]
    }
}
