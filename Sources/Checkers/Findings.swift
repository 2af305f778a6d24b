import Evidence

/// Where a checker puts what it finds: counted without limit, kept up to one.
///
/// It also holds the checker's budget. Whether a missing record could excuse a finding is said by the
/// checker (`Excuse`) and weighed here.
struct Findings {
    /// Which missing records could turn a violation into none.
    enum Excuse {
        /// None: what is there shows it, if it can be believed.
        case never
        /// One of these.
        case missing([EvidenceSource])
    }

    private(set) var kept: [Finding] = []
    private(set) var totals: [Finding.Kind: Int] = [:]
    private(set) var counts: [Judgement.Count] = []
    private(set) var firstUnproved: String?
    private(set) var firstInvalid: String?
    private(set) var isExhausted = false
    /// In how many cases the guarantee was put to the test.
    var cases = 0

    private let context: CheckContext
    private let missing: Set<EvidenceSource>
    private var stepsLeft: Int
    private var keptByKind: [Finding.Kind: Int] = [:]

    init(_ context: CheckContext, missing: Set<EvidenceSource>) {
        self.context = context
        self.missing = missing
        stepsLeft = context.settings.stepsMax
    }

    /// Whether records of this kind are missing.
    func lacks(_ source: EvidenceSource) -> Bool { missing.contains(source) }

    /// Spends steps of the budget; false once it is used up: the checker must stop then.
    mutating func spend(_ steps: Int) -> Bool {
        stepsLeft -= steps
        if stepsLeft < 0 {
            isExhausted = true
        }
        return !isExhausted
    }

    /// Uses up the budget: what is to be done would not fit into memory.
    mutating func exhaust() {
        isExhausted = true
    }

    /// Counts something under a name.
    mutating func count(_ name: String, _ value: Int = 1) {
        if let place = counts.firstIndex(where: { $0.name == name }) {
            counts[place].value += value
        } else {
            counts.append(Judgement.Count(name: name, value: value))
        }
    }

    /// Notes a violation, or an unproved case where a missing record could excuse it.
    mutating func violation(_ draft: @autoclosure () -> Draft, excuse: Excuse) {
        switch excuse {
        case .never:
            let draft = draft()
            if isDoubted(draft) {
                add(.unproved, draft, reason: "records that contradict others show it")
            } else {
                add(.violation, draft)
            }
        case .missing(let sources):
            if missing.isDisjoint(with: sources) {
                add(.violation, draft())
            } else {
                add(.unproved, draft(), reason: "missing records could excuse what was found")
            }
        }
    }

    /// Whether a witness is of a writer whose records contradict others.
    private func isDoubted(_ draft: Draft) -> Bool {
        guard !context.doubted.isEmpty else { return false }
        return draft.records.contains { record in
            record.map { context.doubted.contains(context.history.records.writer($0)) } ?? false
        }
    }

    /// Notes a case that the evidence does not decide.
    mutating func unproved(_ reason: String, _ draft: @autoclosure () -> Draft) {
        add(.unproved, draft(), reason: reason)
    }

    /// Notes that the experiment was not as planned, or an unproved case where a missing record
    /// could show that it was.
    mutating func invalid(_ draft: @autoclosure () -> Draft, excuse: Excuse) {
        switch excuse {
        case .never:
            add(.invalid, draft())
        case .missing(let sources):
            if missing.isDisjoint(with: sources) {
                add(.invalid, draft())
            } else {
                add(.unproved, draft(), reason: "missing records could show that it took effect")
            }
        }
    }

    /// Notes something that changes no verdict.
    mutating func warning(_ draft: @autoclosure () -> Draft) {
        add(.warning, draft())
    }

    /// A finding before it is known whether it is kept.
    struct Draft {
        /// What happened; empty where the reason says it all.
        var summary: String
        var records: [Int?] = []
        var messages: [MessageIdentity] = []
        var users: [String] = []
        /// When it happened; nil: from the first to the last of its records.
        var time: ClosedRange<Instant>?
    }

    private mutating func add(_ kind: Finding.Kind, _ draft: Draft, reason: String? = nil) {
        totals[kind, default: 0] += 1
        if kind == .unproved, firstUnproved == nil {
            firstUnproved = reason
        }
        if kind == .invalid, firstInvalid == nil {
            firstInvalid = draft.summary
        }
        guard keptByKind[kind, default: 0] < context.settings.findingsMax else { return }
        keptByKind[kind, default: 0] += 1
        let records = draft.records.compactMap { $0 }
        let times = records.map { context.history.time($0) }
        var faults: [String] = []
        if let from = draft.time?.lowerBound ?? times.min(),
            let to = draft.time?.upperBound ?? times.max()
        {
            faults = context.activeFaults(from, to)
        }
        let summary =
            draft.summary.isEmpty
            ? reason ?? "" : reason.map { "\(draft.summary) (\($0))" } ?? draft.summary
        kept.append(
            Finding(
                kind: kind,
                summary: summary,
                witnesses: records.map { context.history.reference($0) },
                messages: draft.messages.map(\.description),
                users: draft.users,
                faults: faults
            )
        )
    }
}
