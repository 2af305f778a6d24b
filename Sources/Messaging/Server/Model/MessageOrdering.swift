/// The order in which a cluster delivers messages: the same in every server of it.
public enum MessageOrdering: String, Sendable, CaseIterable {
    /// Those of one stream in the order in which they were sent.
    case fifo
    /// Besides, nobody is delivered a message before one that its sender had sent or been delivered
    /// before.
    case causal
    /// Besides, everybody in one order: the master numbers all messages.
    case total
}
