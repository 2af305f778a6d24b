extension Expectation {
    /// The bound of a guarantee that has one: availability (A1), recovery (A2), balance (B1), latency (P2).
    public enum Bound: Sendable, Equatable {
        /// Of a million operations of each kind so many end as meant, and no outage is longer; nil: any.
        case availability(okPerMillion: Int, outage: Duration?)
        /// Everything is back so soon after a fault.
        case recovery(within: Duration)
        /// At these times of the workload no two servers' loads differ by more; nil: not judged.
        case balance(spread: Int?, at: [Duration])
        /// No quantile is longer than its bound.
        case latency([Quantile])
    }

    /// A quantile of a latency and its bound.
    public struct Quantile: Sendable, Equatable {
        /// Which.
        public var rank: Rank
        /// The most that it may be.
        public var most: Duration

        /// Makes a quantile's bound.
        public init(_ rank: Rank, most: Duration) {
            self.rank = rank
            self.most = most
        }
    }

    /// The quantiles of a latency that a plan can bound, in their order.
    public enum Rank: String, Sendable, CaseIterable {
        /// The median.
        case p50
        /// Nine in ten are no longer.
        case p90
        /// 99 of 100 are no longer.
        case p99
        /// 999 of 1000 are no longer.
        case p999 = "p99.9"
        /// The longest.
        case max

        /// Of a million the rank.
        public var perMillion: Int {
            switch self {
            case .p50: 500_000
            case .p90: 900_000
            case .p99: 990_000
            case .p999: 999_000
            case .max: 1_000_000
            }
        }
    }

    /// The bound where the plan does not say one; nil for a guarantee without bound.
    ///
    /// - Parameters:
    ///   - code: The guarantee's code.
    ///   - cluster: The cluster; its `settle` is the bound of recovery.
    public static func defaultBound(of code: String, _ cluster: Cluster?) -> Bound? {
        switch code {
        case "A1": .availability(okPerMillion: 990_000, outage: nil)
        case "A2": .recovery(within: cluster?.settle ?? .seconds(8))
        case "B1": .balance(spread: nil, at: [])
        case "P2": .latency([Quantile(.p99, most: .seconds(1))])
        case _: nil
        }
    }
}

extension Expectation {
    /// The expectation as one item of the list `expect`, with its default bound written out.
    var yaml: String {
        let name = GuaranteeName.find(code)?.name ?? code
        guard let bound else { return "{\(name): \(result.rawValue)}" }
        let isHeld = result == .holds
        var parts: [String]
        switch bound {
        case .availability(let share, let outage):
            parts = ["ok: \(Quantity.text(perMillion: share))"]
            if let outage { parts.append("outage: \(Quantity.text(outage))") }
        case .balance(let spread, let times):
            guard let spread else { return "{\(name): \(result.rawValue)}" }
            let list = times.map { Quantity.text($0) }.joined(separator: ", ")
            parts = ["spread: \(spread)", "at: [\(list)]"]
        case .recovery(let within):
            parts = ["within: \(Quantity.text(within))"]
        case .latency(let quantiles):
            parts = quantiles.map { "\($0.rank.rawValue): \(Quantity.text($0.most))" }
        }
        if !isHeld { parts.append("result: \(result.rawValue)") }
        return "{\(name): {\(parts.joined(separator: ", "))}}"
    }
}
