public import Evidence

/// How an incarnation's process ended.
public struct Exit: Sendable, Hashable {
    /// Which start of the node.
    public var incarnation: Int
    /// Why it ended.
    public var cause: ExitCause
    /// Its exit code, or the number of the signal that ended it.
    public var status: Int32
    /// The fault that killed it, where one did.
    public var fault: String?
    /// What else is to say: that it had to be killed, or was not ready in time.
    public var reason: String?

    /// Makes a description of an end.
    public init(
        incarnation: Int,
        cause: ExitCause,
        status: Int32,
        fault: String? = nil,
        reason: String? = nil
    ) {
        self.incarnation = incarnation
        self.cause = cause
        self.status = status
        self.fault = fault
        self.reason = reason
    }

    /// Whether nobody asked for it: neither the run's own flow nor a fault.
    public var isUnexpected: Bool {
        switch cause {
        case .stopped, .injected: false
        case .exit, .signal: true
        }
    }
}
