/// Asks nodes to end in order and starts them again: one after the other, or all at once.
public struct Restart: Sendable, Equatable {
    /// Which nodes, in this order.
    public var nodes: [NodeSelector]
    /// One after the other, each when the last one is ready again. The default is true.
    public var isRolling: Bool
    /// The time from the begin of one node's restart to that of the next one's, at the least. The
    /// default is 1 s.
    public var every: Duration
    /// How long a node stays down after its end. The default is 0.
    public var downFor: Duration

    /// Makes a restart.
    public init(
        nodes: [NodeSelector],
        isRolling: Bool = true,
        every: Duration = .seconds(1),
        downFor: Duration = .zero
    ) {
        self.nodes = nodes
        self.isRolling = isRolling
        self.every = every
        self.downFor = downFor
    }
}
