import Checkers
import Evidence
import Journal

/// Judges a run beside it, record by record as the journal shows them.
actor OnlineCheck {
    private var judge: OnlineJudge
    private let expected: Set<Guarantee>
    private var hasTold = false

    /// Makes a check of what the settings expect.
    init(settings: CheckSettings) {
        judge = OnlineJudge(settings: settings)
        expected = Set(settings.expectations.filter { $0.value == .violated }.keys)
    }

    /// Takes new records, and looks where it is time to; returns what is certainly violated since then.
    func take(_ records: [Record]) -> [OnlineJudge.Standing] {
        judge.add(records)
        let begin = MonotonicClock.now()
        guard judge.isDue(at: begin) else { return [] }
        let new = judge.look(at: begin)
        judge.looked(from: begin, to: MonotonicClock.now())
        return new
    }

    /// Says once that there were too many records to go on; nil where it has said so, or there are not.
    func takeNotice() -> String? {
        guard !hasTold, let records = judge.checkedUpTo else { return nil }
        hasTold = true
        return OnlineResult.notice(records)
    }

    /// What is violated of those that should hold: what a run may stop for.
    func isFailure(_ standing: OnlineJudge.Standing) -> Bool {
        !expected.contains(standing.guarantee)
    }

    /// What the whole of the journal came to, with its last records, and what was seen while the run went on.
    func result(adding last: [Record]) -> OnlineResult {
        judge.add(last)
        return OnlineResult(
            verdicts: judge.verdicts().map { verdicts in
                verdicts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            } ?? [],
            checkedUpTo: judge.checkedUpTo,
            records: judge.count,
            violated: judge.violated
        )
    }
}
