/// Kills the processes of nodes with a signal, all at once.
public struct Kill: Sendable, Equatable {
    /// Whose processes.
    public var nodes: [NodeSelector]
    /// The signal's number. The default is 9 (SIGKILL).
    public var signal: Int32
    /// What follows.
    public var then: Aftermath

    /// What follows a kill.
    public enum Aftermath: Sendable, Equatable {
        /// The nodes are started again this long after they ended: `restart after 500ms`.
        case restart(after: Duration)
        /// The nodes stay down, unless a later step starts them: `stay down`, the default.
        case stayDown
    }

    /// Makes a kill.
    public init(nodes: [NodeSelector], signal: Int32 = 9, then: Aftermath = .stayDown) {
        self.nodes = nodes
        self.signal = signal
        self.then = then
    }
}
