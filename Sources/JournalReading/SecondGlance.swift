/// Which entries that are no records are looked at again, and how often.
///
/// A journal numbers an entry before it has it whole in the file. So the newest one may be on its way, and is
/// waited for; the older ones are there, and no wait is spent on them however many there are.
struct SecondGlance {
    /// How often the newest entry is looked at in all.
    static let looksMax = 5

    private var looks: (sequence: UInt64, count: Int)?
    private var newest: UInt64 = 0

    /// What to do about an entry that is no record.
    enum Decision: Equatable {
        /// To take it as it is.
        case isAsItIs
        /// To look at it again at once.
        case again
        /// To look at it again in a moment.
        case againLater
    }

    /// Decides about an entry that was looked at and is no record.
    ///
    /// - Parameters:
    ///   - sequence: its number in the journal.
    ///   - newest: asked for the number of the journal's newest entry where that is not known to be a later one.
    mutating func what(about sequence: UInt64, newest ask: () -> UInt64) -> Decision {
        // It was whole before it was looked at.
        guard sequence >= newest else { return .isAsItIs }
        let count = 1 + (looks.flatMap { $0.sequence == sequence ? $0.count : nil } ?? 0)
        looks = (sequence, count)
        guard count < Self.looksMax else { return .isAsItIs }
        newest = ask()
        // By now it is whole: it may not have been when it was looked at.
        return sequence < newest ? .again : .againLater
    }
}
