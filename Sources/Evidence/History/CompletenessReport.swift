/// Whether the evidence of a run is complete, and what is missing where it is not.
///
/// Every incarnation must be gapless from 0 to its end: the count of its closing record; else the
/// number of records that the journal accepted by its ack page, or one more (the writer may die
/// between the journal's accepting a record and noting it). Without either its tail is a gap. The
/// orchestrator's own end is its barrier record. A place that different records claim is missing. Records
/// that contradict one another (`Contradictions`) are a problem of their own.
public struct CompletenessReport: Sendable {
    /// Missing records, by incarnation and place.
    public private(set) var gaps: [EvidenceGap] = []
    /// What else is wrong, each in a sentence.
    public private(set) var problems: [String] = []
    /// Of each incarnation whose records cannot all be true, the first reason; in order of incarnations, each once.
    public private(set) var contradictions: [Contradiction] = []
    /// What was wrong with the journal files.
    public let damage: [Damage]
    /// The node that wrote the run's own records; nil where none did.
    public private(set) var orchestrator: String?
    /// Why the run did not go through all its phases; nil where it did.
    public private(set) var cutShort: String?
    /// Whether the orchestrator's record of the end of all writing is there.
    public private(set) var hasBarrier = false
    /// Whether more records were to come when these were read.
    public let isOngoing: Bool

    /// Whether nothing is missing and nothing is wrong.
    public var isComplete: Bool { gaps.isEmpty && problems.isEmpty && damage.isEmpty }

    init(
        records: RecordTable,
        incarnations: [History.Incarnation],
        runs: [String],
        conflicts: [RecordReference],
        contradictions: Contradictions,
        damage: [Damage],
        isOngoing: Bool
    ) {
        self.damage = damage
        self.isOngoing = isOngoing
        let own = records.indices.first {
            records.event($0) == .runStarted || records.event($0) == .barrier
        }
        orchestrator = own.map { records.writer($0).node }
        hasBarrier = records.indices.contains { records.event($0) == .barrier }
        if orchestrator == nil {
            problems.append("no record of the run's own (run-started) is there")
        }
        if !hasBarrier && !isOngoing {
            problems.append("the barrier record is missing: the journal may not have been synced")
        }
        if let cut = records.indices.first(where: { records.event($0) == .runCutShort }) {
            let reason = records.text(cut, .reason) ?? "no reason given"
            cutShort = reason
            problems.append("the run was cut short: \(reason)")
        }
        // Of all that were read: a run whose every place is contested counts, too.
        if let run = runs.first, let other = runs.dropFirst().first {
            problems.append("records of two runs are mixed: \(run) and \(other)")
        }
        for place in conflicts {
            problems.append("different records claim the place \(place): none is believed")
        }
        var found = contradictions
        for place in incarnations.indices {
            guard let sentence = measure(incarnations[place], records) else { continue }
            found.note(.count, [place], incarnations, sentence)
        }
        problems += found.sentences
        self.contradictions = found.doubts
        noteMissingStarts(incarnations)
    }

    /// The damage in sentences.
    public var damageSentences: [String] {
        damage.map {
            switch $0 {
            case .unreadableFile(let name, let why):
                "the journal file \(name) could not be read: \(why)"
            case .missingEntries(let from, let through):
                "the journal lacks its entries \(from) to \(through)"
            case .suppressed(let count):
                "the journal suppressed \(count) messages"
            case .malformedRecord(let place, let why):
                "the entry at \(place) is no valid record: \(why)"
            case .foreignRuns(let run, let others, let records):
                "records of several runs are here: \(run) is judged, \(records) of \(others) are left out; "
                    + "keep each run in a folder or a file of its own"
            }
        }
    }

    /// Notes what is missing of an incarnation; returns where its counts contradict one another.
    private mutating func measure(
        _ incarnation: History.Incarnation,
        _ records: RecordTable
    ) -> String? {
        let id = incarnation.id
        var next: Int64 = 0
        for index in incarnation.records {
            let sequence = records.sequence(index)
            if sequence > next {
                gaps.append(EvidenceGap(incarnation: id, from: next, through: sequence - 1))
            }
            next = sequence + 1
        }
        let accepted = incarnation.exited.flatMap { records.integer($0, .accepted) }
        if let closed = incarnation.closed {
            let count = records.integer(closed, .count) ?? 0
            if next < count {
                gaps.append(EvidenceGap(incarnation: id, from: next, through: count - 1))
            } else if next > count {
                return "\(id) wrote \(next) records but says that it wrote \(count)"
            }
            if let accepted, accepted > count {
                return "the journal accepted \(accepted) records of \(id), which says that it "
                    + "wrote \(count)"
            }
        } else if let accepted {
            if next < accepted {
                gaps.append(EvidenceGap(incarnation: id, from: next, through: accepted - 1))
            }
        } else if !isOngoing && (id.node != orchestrator || !hasBarrier) {
            gaps.append(EvidenceGap(incarnation: id, from: next, through: nil))
        }
        if let accepted, next > accepted + 1, !isOneEntry(incarnation, from: accepted, records) {
            return "\(id) has \(next) records, but the journal accepted only \(accepted)"
        }
        return nil
    }

    /// Whether the records from a place on came in one entry of the journal: they are a batch's.
    private func isOneEntry(
        _ incarnation: History.Incarnation,
        from place: Int64,
        _ records: RecordTable
    ) -> Bool {
        let late = incarnation.records.filter { records.sequence($0) >= place }
        return late.allSatisfy { records.event($0) == .deliver }
            && Set(late.map { records.journalSequences[$0] }).count == 1
    }

    /// A start without the ones before it: their records are missing altogether.
    private mutating func noteMissingStarts(_ incarnations: [History.Incarnation]) {
        var expected = 0
        var node: String?
        for incarnation in incarnations {
            if incarnation.id.node != node {
                node = incarnation.id.node
                expected = 0
            }
            while expected < incarnation.id.incarnation, expected < 10_000 {
                let missing = NodeIncarnation(node: incarnation.id.node, incarnation: expected)
                gaps.append(EvidenceGap(incarnation: missing, from: 0, through: nil))
                expected += 1
            }
            expected = incarnation.id.incarnation + 1
        }
    }
}
