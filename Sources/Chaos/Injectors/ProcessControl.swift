/// What a fault on processes asks of whoever supervises them.
public protocol ProcessControl: Sendable {
    /// Sends a signal that is meant to end the process, and returns when it is gone.
    func kill(_ node: String, signal: Int32, fault: String) async throws
    /// Asks processes to end in order, and returns when they are gone.
    func stop(_ nodes: [String]) async
    /// Starts the next incarnations of nodes at once, and returns when all are ready.
    func start(_ nodes: [String]) async throws
    /// How the node's last process ended.
    func end(of node: String) async throws -> NodeEnd
    /// Whether the node has a process that has not ended.
    func isRunning(_ node: String) async -> Bool
}

/// How a node's process ended.
public struct NodeEnd: Sendable, Equatable {
    /// Its exit code, or the number of the signal that ended it.
    public var status: Int32
    /// The fault that killed it, where one did.
    public var fault: String?
    /// Whether it ended in order when it was asked to.
    public var isStopped: Bool

    /// Makes a description of an end.
    public init(status: Int32, fault: String? = nil, isStopped: Bool = false) {
        self.status = status
        self.fault = fault
        self.isStopped = isStopped
    }
}
