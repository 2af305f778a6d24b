public import Evidence

/// Weighs what the checkers find: which finding decides, and what the missing records leave open.
///
/// A violation stands if no missing record could excuse it, and none of its witnesses is of a writer whose records
/// contradict others. Otherwise a guarantee whose records are not all there, or contradict one another, is
/// unproved, as is one that met no case, or whose checker ran out of its budget.
public struct Judge: Sendable {
    private let context: CheckContext

    /// Makes a judge over the records of a run.
    public init(_ history: History, settings: CheckSettings) {
        context = CheckContext(history, settings)
    }

    /// Judges every guarantee that the plan expects, and those that are always expected.
    ///
    /// The others come out as not checked. The order is that of the catalogue.
    ///
    /// - Parameter measure: called with each guarantee that is judged and what judges it, which it must
    ///   call once; for who wants to know how long each takes.
    public func outcome(
        measure: (Guarantee, () -> Judgement) -> Judgement = { $1() }
    ) -> RunOutcome {
        var judgements: [Judgement] = []
        for guarantee in Guarantee.allCases {
            let isAsked =
                context.settings.expectations[guarantee] != nil || guarantee.isAlwaysExpected
            judgements.append(
                isAsked
                    ? measure(guarantee) { judgement(on: guarantee) } : notChecked(guarantee)
            )
        }
        return RunOutcome(judgements: judgements, expectations: context.settings.expectations)
    }

    /// Judges one guarantee, asked or not.
    public func judgement(on guarantee: Guarantee) -> Judgement {
        let detector = guarantee.detector
        let gaps = relevantGaps(detector.sources)
        let doubts = relevantDoubts(detector.sources)
        var findings = Findings(context, missing: missingSources(gaps, doubts))
        detector.detect(context, &findings)
        return Judgement(
            subject: .catalogue(guarantee),
            verdict: verdict(on: guarantee, findings, gaps, doubts),
            cases: findings.cases,
            findings: findings.kept,
            totals: findings.totals,
            counts: findings.counts
        )
    }

    /// Whether the verdict on a guarantee rests on a node's records; those of the orchestrator say for every
    /// one what there should be.
    public func needs(_ node: String, for guarantee: Guarantee) -> Bool {
        let source = context.role(of: node)
        return guarantee.detector.sources.contains(source) || source == .orchestrator
    }

    private func verdict(
        on guarantee: Guarantee,
        _ findings: Findings,
        _ gaps: [EvidenceGap],
        _ doubts: [Contradiction]
    ) -> Verdict {
        if findings.totals[.violation, default: 0] > 0 { return .violated }
        if let why = findings.firstInvalid {
            return .invalidExperiment(why + more(findings.totals[.invalid, default: 0] - 1))
        }
        if guarantee != .evidence, let gap = gaps.first {
            return .unproved("records are missing: \(gap)" + more(gaps.count - 1))
        }
        if guarantee != .evidence, let doubt = doubts.first {
            return .unproved("records contradict: \(doubt.sentence)" + more(doubts.count - 1))
        }
        if guarantee != .evidence, !isRunKnown {
            return .unproved("the orchestrator's records do not say what there should be")
        }
        if let why = findings.firstUnproved {
            return .unproved(why + more(findings.totals[.unproved, default: 0] - 1))
        }
        if findings.isExhausted { return .unproved("budget") }
        if findings.cases == 0, !guarantee.isAlwaysExpected {
            return .unproved("nothing to judge")
        }
        return .holds
    }

    private func more(_ count: Int) -> String { count > 0 ? ", and \(count) more" : "" }

    private func notChecked(_ guarantee: Guarantee) -> Judgement {
        Judgement(
            subject: .catalogue(guarantee),
            verdict: .notChecked,
            cases: 0,
            findings: [],
            totals: [:],
            counts: []
        )
    }

    /// Whether the run's own records are there to their end; without them nobody knows which
    /// incarnations there were.
    private var isRunKnown: Bool {
        let report = context.history.completeness
        return report.orchestrator != nil && (report.hasBarrier || report.isOngoing)
    }

    private func relevantGaps(_ sources: Set<EvidenceSource>) -> [EvidenceGap] {
        context.history.completeness.gaps.filter { gap in
            let source = context.role(of: gap.incarnation.node)
            return sources.contains(source) || source == .orchestrator
        }
    }

    /// The contradictions in records that a verdict rests on.
    private func relevantDoubts(_ sources: Set<EvidenceSource>) -> [Contradiction] {
        context.history.completeness.contradictions.filter { doubt in
            let touched = Self.sources(of: doubt, context)
            return !touched.isDisjoint(with: sources) || touched.contains(.orchestrator)
        }
    }

    /// Whose records a contradiction leaves in doubt: its writers', and the clients' where it is about
    /// what they tell, for a server that writes it is believed no more.
    private static func sources(
        of doubt: Contradiction,
        _ context: CheckContext
    ) -> Set<EvidenceSource> {
        let writers = Set(doubt.writers.map { context.role(of: $0.node) })
        return doubt.rule.isOfClients ? writers.union([.clients]) : writers
    }

    /// What is missing, or cannot be believed.
    private func missingSources(
        _ gaps: [EvidenceGap],
        _ doubts: [Contradiction]
    ) -> Set<EvidenceSource> {
        var missing = Set(gaps.map { context.role(of: $0.incarnation.node) })
        for doubt in doubts { missing.formUnion(Self.sources(of: doubt, context)) }
        if !isRunKnown || missing.contains(.orchestrator) {
            // Whole incarnations may be missing.
            missing.formUnion([.clients, .servers, .orchestrator])
        }
        return missing
    }
}
