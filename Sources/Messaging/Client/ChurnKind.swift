/// What a workload client does when it is its turn to churn.
public enum ChurnKind: String, Sendable, CaseIterable {
    /// It logs out, and returns after a while.
    case logout
    /// It closes its connection without a word, and returns after a while.
    case vanish
    /// It registers one more name, on a connection of its own.
    case register
}
