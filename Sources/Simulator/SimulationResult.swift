public import Checkers
public import Evidence

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

    /// The judgements.
    public func judge() -> RunOutcome {
        Judge(History(records: records), settings: settings).outcome()
    }
}
