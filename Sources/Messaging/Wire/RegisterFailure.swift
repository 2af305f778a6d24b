/// Why a registration certainly failed, as the key `reason` tells a client of ours.
public enum RegisterFailure: String, Sendable, CaseIterable {
    /// Somebody has the name.
    case taken
    /// The master cannot reach a majority of the voters.
    case noQuorum = "no-quorum"
    /// Nobody may have such a name, or such a secret: `NameRule`.
    case unfit
    /// Anything else.
    case refused
}
