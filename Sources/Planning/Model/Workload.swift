/// The traffic that the clients of a run make together.
public struct Workload: Sendable, Equatable {
    /// Messages sent by all clients together. The default is 100/s.
    public var rate: Rate
    /// The length of a message's body, in bytes: 0 … 1 MiB. The default is 64 B.
    public var bodyBytes: Int
    /// How long the workload phase lasts. The default is 10 s.
    public var duration: Duration
    /// Clients that log out or vanish, and return. The default is 0/s.
    public var churn: Rate
    /// Operations that must fail: names registered twice, wrong secrets. The default is 1/s.
    public var intruders: Rate

    /// Makes a workload from all its parts.
    public init(
        rate: Rate = Rate(events: 100, per: .seconds(1)),
        bodyBytes: Int = 64,
        duration: Duration = .seconds(10),
        churn: Rate = Rate(events: 0, per: .seconds(1)),
        intruders: Rate = Rate(events: 1, per: .seconds(1))
    ) {
        self.rate = rate
        self.bodyBytes = bodyBytes
        self.duration = duration
        self.churn = churn
        self.intruders = intruders
    }
}
