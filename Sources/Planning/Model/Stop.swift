/// Asks nodes to end in order (SIGTERM), all at once; they stay down unless a later step starts them.
public struct Stop: Sendable, Equatable {
    /// Which nodes.
    public var nodes: [NodeSelector]

    /// Makes a stop.
    public init(nodes: [NodeSelector]) {
        self.nodes = nodes
    }
}
