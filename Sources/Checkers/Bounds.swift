/// The bounds that a plan gives to the guarantees that have one (A1, A2, B1, P2), and what it planned.
public struct Bounds: Sendable, Hashable {
    /// A1: of a million operations of each kind how many must end as meant: 0 … 1,000,000. The default is
    /// 990,000.
    public var availabilityPerMillion: Int
    /// A1: the longest outage; nil: any. The default is nil.
    public var outageMax: Duration?
    /// A2: how soon after a fault everything must be back; nil: within `settle`. The default is nil.
    public var recovery: Duration?
    /// P2: what each quantile of a latency may be at most. The default is 1 s for p99.
    public var latency: [Quantile]
    /// B1: the greatest difference of two servers' loads; nil: not judged. The default is nil.
    public var spreadMax: Int?
    /// B1: when the spread is judged, since the beginning of the workload. The default is never.
    public var spreadAt: [Duration]
    /// How many sends the plan asks of all clients together, in `sendsPer`; 0: not known. The default is 0.
    public var sends: Int
    /// The time for `sends`: above zero. The default is 1 s.
    public var sendsPer: Duration

    /// A quantile and its bound.
    public struct Quantile: Sendable, Hashable {
        /// Of a million the rank: 990,000 is p99, 1,000,000 the greatest.
        public var perMillion: Int
        /// The most that it may be.
        public var max: Duration

        /// Makes a quantile's bound; `perMillion` must be 1 … 1,000,000.
        public init(perMillion: Int, max: Duration) {
            precondition((1...1_000_000).contains(perMillion), "a rank must be 1 … 1,000,000")
            self.perMillion = perMillion
            self.max = max
        }

        /// The quantile's name: `p99`, `p99.9`, `max`.
        public var name: String {
            if perMillion == 1_000_000 { return "max" }
            let whole = perMillion / 10_000
            var rest = String(perMillion % 10_000 + 10_000).dropFirst()
            while rest.last == "0" { rest.removeLast() }
            return rest.isEmpty ? "p\(whole)" : "p\(whole).\(rest)"
        }
    }

    /// Makes bounds; what is left out has its default.
    public init(
        availabilityPerMillion: Int = 990_000,
        outageMax: Duration? = nil,
        recovery: Duration? = nil,
        latency: [Quantile] = [Quantile(perMillion: 990_000, max: .seconds(1))],
        spreadMax: Int? = nil,
        spreadAt: [Duration] = [],
        sends: Int = 0,
        sendsPer: Duration = .seconds(1)
    ) {
        precondition(
            (0...1_000_000).contains(availabilityPerMillion),
            "a share must be 0 … 1,000,000"
        )
        precondition(sends >= 0 && sendsPer > .zero, "planned sends must be 0 or more in some time")
        self.availabilityPerMillion = availabilityPerMillion
        self.outageMax = outageMax
        self.recovery = recovery
        self.latency = latency
        self.spreadMax = spreadMax
        self.spreadAt = spreadAt
        self.sends = sends
        self.sendsPer = sendsPer
    }
}
