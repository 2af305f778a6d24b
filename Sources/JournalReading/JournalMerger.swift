import Evidence

/// Puts the parts of a journal together, in the order of its files, as they come.
struct JournalMerger {
    private var contents = JournalContents(records: RecordTable(), damage: [])
    private var sequences: [ClosedRange<UInt64>] = []
    private var waiting: [JournalPart?]
    private var next = 0

    /// Makes room for so many parts.
    init(parts: Int) {
        waiting = [JournalPart?](repeating: nil, count: parts)
    }

    /// Adds the part of the file with this place, and those that waited for it.
    mutating func add(_ part: JournalPart, _ place: Int) {
        waiting[place] = part
        while next < waiting.count, let part = waiting[next] {
            // Gone as soon as it is merged.
            waiting[next] = nil
            next += 1
            contents.records.append(all: part.records)
            contents.damage += part.damage
            sequences += part.sequences
        }
    }

    /// The whole, once all parts are there; what the journal's own numbers leave out is damage.
    mutating func take() -> JournalContents {
        precondition(next == waiting.count, "parts are missing: \(next) of \(waiting.count)")
        var result = contents
        contents = JournalContents(records: RecordTable(), damage: [])
        result.records.sortByJournal()
        var expected: UInt64 = 1
        for range in sequences.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > expected {
                let missing = Damage.missingEntries(from: expected, through: range.lowerBound - 1)
                result.damage.append(missing)
            }
            expected = max(expected, range.upperBound &+ 1)
        }
        return result
    }
}
