/// Starts nodes that are down, all at once: those that a step ended, and those that were held back.
///
/// A node whose first step by name is a `start` is held back: it is not started with the cluster.
public struct Start: Sendable, Equatable {
    /// Which nodes.
    public var nodes: [NodeSelector]

    /// Makes a start.
    public init(nodes: [NodeSelector]) {
        self.nodes = nodes
    }
}
