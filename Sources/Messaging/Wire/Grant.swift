/// What LOGIN_SUCCESS tells a client of ours besides its text.
public struct Grant: Sendable, Hashable {
    /// Whether a REDIRECT follows at once; then the login opens no session.
    public var isRedirect: Bool
    /// How long a silent user counts as connected.
    public var hold: Duration
    /// The highest number of the client's stream that the system holds.
    public var accepted: Int64
    /// The order in which the cluster delivers messages.
    public var ordering: MessageOrdering

    /// Makes the extension fields of a LOGIN_SUCCESS.
    public init(
        isRedirect: Bool,
        hold: Duration,
        accepted: Int64,
        ordering: MessageOrdering = .fifo
    ) {
        self.isRedirect = isRedirect
        self.hold = hold
        self.accepted = accepted
        self.ordering = ordering
    }
}
