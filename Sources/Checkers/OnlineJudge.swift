public import Evidence

/// Judges a run while it goes on, by the same checkers that judge it at the end.
///
/// A look judges all records that came so far. Records that are still to come are no gaps, since
/// evidence is never behind the system: what a delivery rests on was written before it. What somebody else
/// sees later, such as the death of a process, may still excuse a finding; so one is certain only when
/// a second look, `confirmation` or more after the first, finds it again. Complexity: each look is that of
/// the checkers; the pauses between looks are nine times as long as the look before, so that all
/// of them together take a tenth of the time. Memory: the records, `recordsMax` at most.
public struct OnlineJudge: Sendable {
    /// The guarantees that what has happened can break for good.
    public static let guarantees: [Guarantee] = [
        .noDuplication, .noCreation, .addressing, .fifo, .uniqueRegistration, .authentication,
        .singleMaster, .processes,
    ]
    /// The shortest pause between two looks.
    public static let pauseMin = Duration.milliseconds(500)

    /// What is known of a guarantee so far.
    public struct Standing: Sendable, Hashable {
        /// The guarantee.
        public var guarantee: Guarantee
        /// The finding that broke it, the first that was certain.
        public var finding: Finding
        /// When that was certain.
        public var since: Instant
    }

    /// The guarantees that are certainly violated, in the order in which that was found.
    public private(set) var violated: [Standing] = []
    /// How many records were checked where there were too many to go on; nil while there are not.
    public private(set) var checkedUpTo: Int?
    /// How many records it has; none where there were too many.
    public var count: Int { records.count }
    /// Whether there were too many records to go on.
    public var isExhausted: Bool { checkedUpTo != nil }

    private let recordsMax: Int
    private let confirmation: Duration
    private var records = RecordTable()
    private var settings: CheckSettings
    private var asked: [Guarantee]
    private var suspects: [Guarantee: [Suspect: Instant]] = [:]
    private var nextLook = Instant.zero
    private var hasBegun = false

    /// A finding without what may change from one look to the next.
    private struct Suspect: Hashable {
        var summary: String
        var witnesses: [RecordReference]

        init(_ finding: Finding) {
            summary = finding.summary
            witnesses = finding.witnesses
        }
    }

    /// Makes a judge of the guarantees above that the settings expect, or that are always expected.
    ///
    /// - Parameters:
    ///   - confirmation: how long it takes at most until everybody has recorded what a finding rests on.
    ///   - recordsMax: the most records that are kept; with more, the rest is judged at the end only.
    public init(
        settings: CheckSettings,
        confirmation: Duration = .seconds(1),
        recordsMax: Int = 2_000_000
    ) {
        self.confirmation = confirmation
        self.settings = settings
        self.recordsMax = recordsMax
        asked = Self.guarantees.filter {
            settings.expectations[$0] != nil || $0.isAlwaysExpected
        }
    }

    /// Takes records, in the order of the journal.
    public mutating func add(_ new: [Record]) {
        if !hasBegun {
            hasBegun = new.contains {
                $0.event == .phase && $0[.phase] == RunPhase.workload.rawValue
            }
        }
        guard !isExhausted else { return }
        guard records.count + new.count <= recordsMax else {
            checkedUpTo = records.count
            records = RecordTable()
            suspects = [:]
            return
        }
        for record in new { records.append(record) }
    }

    /// Whether it is time for a look: none before the workload begins.
    public func isDue(at now: Instant) -> Bool { hasBegun && !isExhausted && now >= nextLook }

    /// Judges what came so far; returns the guarantees that are certainly violated since this look.
    public mutating func look(at now: Instant) -> [Standing] {
        let open = asked.filter { guarantee in
            !violated.contains { $0.guarantee == guarantee }
        }
        guard !isExhausted, !open.isEmpty, !records.isEmpty else { return [] }
        let judge = Judge(History(table: records, isOngoing: true), settings: settings)
        var new: [Standing] = []
        for guarantee in open {
            let found = judge.judgement(on: guarantee).findings.filter { $0.kind == .violation }
            let before = suspects[guarantee, default: [:]]
            var again: [Suspect: Instant] = [:]
            for finding in found {
                let suspect = Suspect(finding)
                let first = before[suspect] ?? now
                again[suspect] = first
                if now - first >= confirmation, before[suspect] != nil,
                    new.last?.guarantee != guarantee
                {
                    new.append(Standing(guarantee: guarantee, finding: finding, since: now))
                }
            }
            suspects[guarantee] = again
        }
        violated += new
        return new
    }

    /// Says how long the last look took, by which the next one is put off.
    public mutating func looked(from begin: Instant, to end: Instant) {
        let pause = (end - begin) * 9
        nextLook = end + (pause > Self.pauseMin ? pause : Self.pauseMin)
    }

    /// The verdicts on all records, once the last one is there; nil where there were too many.
    ///
    /// They must be those that the journal's files give: both rest on the same records.
    public func verdicts() -> [Guarantee: Verdict]? {
        guard !isExhausted else { return nil }
        let judge = Judge(History(table: records), settings: settings)
        return Dictionary(
            uniqueKeysWithValues: asked.map { ($0, judge.judgement(on: $0).verdict) }
        )
    }
}
