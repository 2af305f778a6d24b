/// What a client of ours shows in its LOGIN: that it knows the extensions, and how far it got.
public struct Resume: Sendable, Hashable {
    /// The client's id: the same over all reconnects of one client process.
    public var client: String
    /// The stream in which it sends.
    public var stream: String
    /// The last number of that stream that was acknowledged to it; 0 at first.
    public var acknowledged: Int64

    /// Makes the extension fields of a LOGIN.
    public init(client: String, stream: String, acknowledged: Int64) {
        self.client = client
        self.stream = stream
        self.acknowledged = acknowledged
    }
}
