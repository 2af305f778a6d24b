/// What a run's records say of a guarantee.
public enum Verdict: Sendable, Hashable {
    /// It was kept in every case that the run had.
    case holds
    /// It was broken, and no missing record could excuse it.
    case violated
    /// The evidence does not decide, and why.
    case unproved(String)
    /// A fault did not take effect, or the system never got ready: the run shows nothing, and why.
    case invalidExperiment(String)
    /// The plan did not ask.
    case notChecked

    /// The word for it in plans, reports and `verdict.json`.
    public var word: String {
        switch self {
        case .holds: "holds"
        case .violated: "violated"
        case .unproved: "unproved"
        case .invalidExperiment: "invalid-experiment"
        case .notChecked: "not-checked"
        }
    }

    /// Why, where that is part of it.
    public var reason: String? {
        switch self {
        case .unproved(let reason), .invalidExperiment(let reason): reason
        case .holds, .violated, .notChecked: nil
        }
    }

    /// How much it counts over a run: violated beats invalid beats unproved beats holds.
    public var severity: Int {
        switch self {
        case .notChecked: 0
        case .holds: 1
        case .unproved: 2
        case .invalidExperiment: 3
        case .violated: 4
        }
    }
}
