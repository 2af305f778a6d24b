/// Drops, duplicates or reorders whole protocol messages on one link, to prove that checkers see it.
public struct Tamper: Sendable, Equatable {
    /// What is done to a message: the action's key in the plan.
    public var what: Manner
    /// The node that sends the messages.
    public var from: NodeSelector
    /// The node that they are for.
    public var to: NodeSelector
    /// Only messages (lines) that hold this text, for example a command's name. Required.
    public var matching: String
    /// How many messages: 1 … 1000. The default is 1.
    public var count: Int
    /// How long the fault waits for such messages at the most; what it met none of is unexercised.
    public var duration: Duration

    /// What is done to a message.
    public enum Manner: String, Sendable, Equatable, CaseIterable {
        /// It is not passed on.
        case drop
        /// It is passed on twice.
        case duplicate
        /// It is passed on after the next message that matches.
        case reorder
    }

    /// Makes a tampering.
    public init(
        what: Manner,
        from: NodeSelector,
        to: NodeSelector,
        matching: String,
        count: Int = 1,
        duration: Duration
    ) {
        self.what = what
        self.from = from
        self.to = to
        self.matching = matching
        self.count = count
        self.duration = duration
    }
}
