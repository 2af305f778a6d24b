import Checkers
import Evidence

/// What checking a run while it went on came to.
struct OnlineResult: Sendable {
    /// The verdicts on all records as the live journal showed them, in the order of the catalogue; none
    /// where there were too many records.
    var verdicts: [(guarantee: Guarantee, verdict: Verdict)]
    /// How many records were checked where there were too many to go on; nil where all of them were.
    var checkedUpTo: Int?
    /// How many records the live journal showed; none where there were too many.
    var records = 0
    /// What was violated while the run went on.
    var violated: [OnlineJudge.Standing]

    /// Says that the check stopped on the way, or nil.
    var notice: String? { checkedUpTo.map(Self.notice) }

    /// Says that the check stopped after so many records.
    static func notice(_ records: Int) -> String {
        "checked while running up to record \(records); the rest is checked at the end only"
    }

    /// Where these verdicts are not those of the journal's files: a fault of Ordeal or of the journal.
    func disagreements(with outcome: RunOutcome) -> [String] {
        verdicts.compactMap { guarantee, verdict in
            guard let offline = outcome.judgement(on: guarantee)?.verdict,
                offline != .notChecked, offline.word != verdict.word
            else { return nil }
            return
                "\(guarantee.code) \(guarantee.name) came out as \(verdict.word) while the run went on, "
                + "and as \(offline.word) from its files"
        }
    }
}
