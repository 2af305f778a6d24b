/// A record that cannot be true beside the others, or beside what a process can do at all.
///
/// Nobody knows which of them is wrong: so what its writers' records alone show is not believed, and every
/// guarantee that rests on such records is unproved.
public struct Contradiction: Sendable, Hashable {
    /// What it breaks.
    public let rule: EvidenceRule
    /// Whose records cannot be believed, in order.
    public let writers: [NodeIncarnation]
    /// What contradicts what, naming the records.
    public let sentence: String
}
