import Evidence

/// What one journal file holds.
struct JournalPart {
    var records = RecordTable()
    var damage: [Damage] = []
    /// How many entries were found that are not as they were written.
    var leftOut = 0
    /// The sequence numbers of all its entries, in order, in runs without gaps.
    private(set) var sequences: [ClosedRange<UInt64>] = []

    /// Notes that an entry is there.
    mutating func note(_ sequence: UInt64) {
        if let last = sequences.last, sequence > 0, last.upperBound == sequence - 1 {
            sequences[sequences.count - 1] = last.lowerBound...sequence
        } else {
            sequences.append(sequence...sequence)
        }
    }
}
