public import Evidence

/// What a client of ours shows in its LOGIN: that it knows the extensions, and how far it got.
public struct Resume: Sendable, Hashable {
    /// The client's id: the same over all reconnects of one client process.
    public var client: String
    /// The stream in which it sends.
    public var stream: String
    /// The last number of that stream that was acknowledged to it; 0 at first.
    public var acknowledged: Int64
    /// The last message that it was delivered of each stream since its own began: a server that lacks
    /// one of them may not take messages that rest on it. Empty where the order is not `causal`.
    public var delivered: [MessageIdentity]

    /// Makes the extension fields of a LOGIN.
    public init(
        client: String,
        stream: String,
        acknowledged: Int64,
        delivered: [MessageIdentity] = []
    ) {
        self.client = client
        self.stream = stream
        self.acknowledged = acknowledged
        self.delivered = delivered
    }
}
