/// What can be asked about a node at any time.
struct NodeStatus: Sendable, Hashable {
    /// The number of its last start.
    var incarnation: Int?
    /// The pid of its process, while it has not ended.
    var pid: Int32?
    /// How its last process ended.
    var lastExit: Exit?
}
