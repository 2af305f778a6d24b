public import Evidence

/// One thing that a checker found: a sentence, and the records that show it.
public struct Finding: Sendable, Hashable {
    /// What it means for the guarantee.
    public var kind: Kind
    /// What happened, in one sentence.
    public var summary: String
    /// The records that show it, the most telling first.
    public var witnesses: [RecordReference]
    /// The messages concerned, as `user/stream/number`.
    public var messages: [String]
    /// The users concerned.
    public var users: [String]
    /// The faults that were active then: id and what each was.
    public var faults: [String]

    /// What a finding means for its guarantee.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The guarantee is broken.
        case violation
        /// The experiment did not take place as planned.
        case invalid
        /// The evidence does not decide this case.
        case unproved
        /// Worth knowing; it changes no verdict.
        case warning
    }
}
