/// The order in which a cluster delivers messages.
public enum MessageOrdering: String, Sendable, CaseIterable {
    /// Those of one stream in the order in which they were sent.
    case fifo
}
