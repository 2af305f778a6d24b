public import Checkers
public import Evidence
public import Messaging

/// What became of a simulated run: its records, and how they are judged.
public struct SimulationResult: Sendable {
    /// The plan that was run.
    public let plan: SimulationPlan
    /// Everything that was recorded, in order.
    public let records: [Record]
    /// What the checkers were told.
    public let settings: CheckSettings
    /// How many things happened.
    public let steps: Int
    /// What of the protocol the run took part in.
    public let marks: MarkSet
    /// The invariant that was broken, and where; it ended the run. Nil: none was.
    public let broken: String?
    /// Whether something was outstanding when the drain ended.
    public let isStalled: Bool

    /// The judgements, and the history that they rest on.
    public func judge() -> (outcome: RunOutcome, history: History) {
        let history = History(records: records)
        return (Judge(history, settings: settings).outcome(), history)
    }

    /// What is wrong with the run, in words; nil where nothing is. A guarantee that met no case of its
    /// own is not wrong; one whose evidence does not decide is.
    public func failure(_ outcome: RunOutcome) -> String? {
        if let broken { return "invariant: \(broken)" }
        let failed = outcome.judgements.filter { judgement in
            switch judgement.verdict {
            case .holds, .notChecked: false
            case .unproved: judgement.cases > 0 && judgement.guarantee != .balance
            case .violated, .invalidExperiment: true
            }
        }
        if let worst = failed.max(by: { $0.verdict.severity < $1.verdict.severity }) {
            let found = worst.findings.first?.summary ?? worst.verdict.reason ?? ""
            let codes = failed.map(\.code).joined(separator: ", ")
            return "\(codes) \(worst.verdict.word): \(found)"
        }
        return isStalled ? "the drain stalled: something acknowledged nobody was given" : nil
    }

    /// The exit code of the run (guarantees.md, section 4).
    public func exitCode(_ outcome: RunOutcome) -> Int32 {
        if broken != nil { return 1 }
        guard failure(outcome) != nil else { return 0 }
        return outcome.exitCode == 0 ? 2 : outcome.exitCode
    }
}
