/// The traffic that the clients of a run make together.
public struct Workload: Sendable, Equatable {
    /// Messages sent by all clients together. The default is 100/s.
    public var rate: Rate
    /// How many messages a client sends at once, ever so much less often: 1 … 64. The default is 1.
    public var burst: Int
    /// The shortest and the longest body of a message, in bytes: 0 … 1 MiB; each is drawn between them.
    /// The default is 64 B for both.
    public var bodyBytes: ClosedRange<Int>
    /// How long the workload phase lasts. The default is 10 s.
    public var duration: Duration
    /// Clients that leave and return, all together. The default is 0/s.
    public var churn: Rate
    /// What clients do at each churn, in turn. The default is to log out, then to vanish.
    public var churnKinds: [Churn]
    /// How long one that left stays away; drawn between both. The default is 100 ms to 100 ms and twice
    /// the cluster's `hold`: sooner or later than the system takes it for gone.
    public var away: ClosedRange<Duration>
    /// Operations that must fail: names registered twice, wrong secrets. The default is 1/s.
    public var intruders: Rate
    /// Registrations of names that several clients want at the same time, each with a secret of its own;
    /// at most one of them may get it. The default is 0/s.
    public var rivals: Rate
    /// Whether each delivery is a record of its own. The default is `each`.
    public var records: Records

    /// How clients record what they are delivered.
    public enum Records: String, Sendable, Equatable, CaseIterable {
        /// A record for each delivery.
        case each
        /// A record for many deliveries, written before they are acknowledged.
        case batched
    }

    /// What a client does when it is its turn to churn.
    public enum Churn: String, Sendable, Equatable, CaseIterable {
        /// It logs out, and returns.
        case logout
        /// It closes its connection without a word, and returns.
        case vanish
        /// It registers one more name.
        case register
    }

    /// Makes a workload from all its parts.
    public init(
        rate: Rate = Rate(events: 100, per: .seconds(1)),
        burst: Int = 1,
        bodyBytes: ClosedRange<Int> = 64...64,
        duration: Duration = .seconds(10),
        churn: Rate = Rate(events: 0, per: .seconds(1)),
        churnKinds: [Churn] = [.logout, .vanish],
        away: ClosedRange<Duration> = Workload.away(hold: .seconds(2)),
        intruders: Rate = Rate(events: 1, per: .seconds(1)),
        rivals: Rate = Rate(events: 0, per: .seconds(1)),
        records: Records = .each
    ) {
        self.rate = rate
        self.burst = burst
        self.bodyBytes = bodyBytes
        self.duration = duration
        self.churn = churn
        self.churnKinds = churnKinds
        self.away = away
        self.intruders = intruders
        self.rivals = rivals
        self.records = records
    }

    /// How long one that left stays away where the plan does not say.
    public static func away(hold: Duration) -> ClosedRange<Duration> {
        .milliseconds(100) ... .milliseconds(100) + hold * 2
    }
}
