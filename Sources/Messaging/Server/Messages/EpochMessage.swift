/// Single-decree Paxos for the next epoch, among the voters of the present one.
enum EpochMessage: Sendable, Hashable {
    /// Promise to take part in no smaller ballot, and to store nothing more for this epoch.
    case prepare(current: Epoch, Ballot)
    /// I promise; what I accepted before, and the registrations that I hold or voted for.
    case promise(number: Int64, Ballot, AcceptedEpoch?, [Registration], OrderBase)
    /// I promised a larger ballot.
    case reject(number: Int64, Ballot)
    /// What a voter of the next epoch must have before that epoch is accepted.
    case base(proposal: String, [Registration], OrderBase, isLast: Bool)
    /// I have it.
    case baseStored(proposal: String)
    /// Accept this value.
    case accept(number: Int64, Ballot, Epoch)
    /// I accepted it.
    case accepted(number: Int64, Ballot)
    /// This epoch is decided.
    case decided(Epoch)
}
