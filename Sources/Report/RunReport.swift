public import Checkers
public import Evidence

/// Everything that the reports of a run are made of.
///
/// A report never decides: verdicts and exit code are those of the outcome. Each output is a text,
/// made from these three alone, so the same run gives the same text.
///
///     let report = RunReport(outcome: outcome, history: history, facts: facts)
///     write(report.verdictJSON, to: "verdict.json")
public struct RunReport: Sendable {
    /// What the run came to.
    public let outcome: RunOutcome
    /// What its records say.
    public let history: History
    /// Names, numbers and how to repeat it.
    public let facts: RunFacts

    /// Makes a report.
    public init(outcome: RunOutcome, history: History, facts: RunFacts) {
        self.outcome = outcome
        self.history = history
        self.facts = facts
    }

    /// The exit code of the command: the outcome's, or the one of an interruption.
    var exitCode: Int32 { facts.exitCode ?? outcome.exitCode }

    /// The judgements that the plan asked for, in the order of the catalogue.
    var asked: [Judgement] {
        outcome.judgements.filter { $0.verdict != .notChecked }
    }

    /// What was counted over the whole run, in the order in which it is shown.
    var totals: [(name: String, value: Int)] {
        var acknowledged = 0
        var sends = 0
        for message in history.messages {
            if message.invoke != nil {
                sends += 1 + message.otherInvokes.count
            }
            if message.outcome == .ok {
                acknowledged += 1
            }
        }
        return [
            ("records", history.records.count),
            ("incarnations", history.incarnations.count),
            ("users", history.users.count),
            ("sessions", history.sessions.count),
            ("sends", sends),
            ("acknowledged", acknowledged),
            ("deliveries", history.deliveries.count),
            ("faults", history.faults.count),
        ]
    }

    /// The time from the run's first record to an instant.
    func sinceStart(_ time: Instant) -> Duration { time - history.start }
}
