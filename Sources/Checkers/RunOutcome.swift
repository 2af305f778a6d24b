/// What a run came to: every judgement, held against what the plan expects.
public struct RunOutcome: Sendable {
    /// The judgements, in the order of the catalogue; then those on guarantees of the plan's own.
    public let judgements: [Judgement]
    /// What the plan expects; what is always expected must hold.
    public let expectations: [Guarantee: CheckSettings.Expected]

    /// Makes an outcome of judgements and expectations.
    public init(
        judgements: [Judgement],
        expectations: [Guarantee: CheckSettings.Expected]
    ) {
        self.judgements = judgements
        self.expectations = expectations
    }

    /// How a judgement compares with what was expected.
    public enum Comparison: String, Sendable, Hashable {
        /// It came out as expected.
        case passed
        /// It is violated and should hold.
        case failed
        /// It holds and should be violated.
        case unexpectedlyHolds = "unexpectedly-holds"
        /// The evidence does not decide.
        case unproved
        /// The experiment shows nothing.
        case invalid
        /// Nobody asked.
        case notChecked = "not-checked"
    }

    /// What is expected of a guarantee; nil where nobody asked.
    public func expected(_ guarantee: Guarantee) -> CheckSettings.Expected? {
        expectations[guarantee] ?? (guarantee.isAlwaysExpected ? .holds : nil)
    }

    /// What is expected of what a judgement is on; nil where nobody asked.
    public func expected(_ judgement: Judgement) -> CheckSettings.Expected? {
        switch judgement.subject {
        case .catalogue(let guarantee): expected(guarantee)
        case .own(let own): own.expected
        }
    }

    /// The same with judgements on guarantees of the plan's own.
    public func adding(_ own: [Judgement]) -> RunOutcome {
        RunOutcome(judgements: judgements + own, expectations: expectations)
    }

    /// Holds a judgement against what is expected of its guarantee.
    public func comparison(_ judgement: Judgement) -> Comparison {
        guard let expected = expected(judgement) else { return .notChecked }
        return switch judgement.verdict {
        case .holds: expected == .holds ? .passed : .unexpectedlyHolds
        case .violated: expected == .violated ? .passed : .failed
        case .unproved: .unproved
        case .invalidExperiment: .invalid
        case .notChecked: .notChecked
        }
    }

    /// The run's exit code: 0 as expected, 1 violated or unexpectedly holds, 2 unproved,
    /// 3 invalid experiment. Violated beats invalid beats unproved.
    public var exitCode: Int32 {
        let comparisons = Set(judgements.map(comparison))
        if comparisons.contains(.failed) || comparisons.contains(.unexpectedlyHolds) { return 1 }
        if comparisons.contains(.invalid) { return 3 }
        return comparisons.contains(.unproved) ? 2 : 0
    }

    /// The run's result in a word or two, for people: what its exit code says.
    public var result: String {
        switch exitCode {
        case 0: "passed"
        case 1: "failed"
        case 2: "unproved"
        default: "invalid experiment"
        }
    }

    /// The judgement on a guarantee, or nil.
    public func judgement(on guarantee: Guarantee) -> Judgement? {
        judgements.first { $0.guarantee == guarantee }
    }
}
