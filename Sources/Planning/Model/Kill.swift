/// Kills a node's process with a signal.
public struct Kill: Sendable, Equatable {
    /// Whose process.
    public var node: NodeSelector
    /// The signal's number. The default is 9 (SIGKILL).
    public var signal: Int32
    /// What follows.
    public var then: Aftermath

    /// What follows a kill.
    public enum Aftermath: Sendable, Equatable {
        /// The node is started again this long after its exit: `restart after 500ms`.
        case restart(after: Duration)
        /// The node stays down: `stay down`, the default.
        case stayDown
    }

    /// Makes a kill.
    public init(node: NodeSelector, signal: Int32 = 9, then: Aftermath = .stayDown) {
        self.node = node
        self.signal = signal
        self.then = then
    }
}
