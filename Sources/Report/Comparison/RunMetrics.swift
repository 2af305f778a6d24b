public import Checkers
import Evidence

/// What two runs are compared by: verdicts, rates and latencies.
public struct RunMetrics: Sendable {
    /// The run's id.
    public var run: String
    /// The plan's name.
    public var plan: String
    /// The verdicts of what was judged.
    public var verdicts: [Guarantee: Verdict]
    /// The numbers that there are, by metric.
    public var values: [Metric: Double]
    /// How many samples the latencies rest on, by metric.
    public var samples: [Metric: Int]
    /// Each latency's range that holds the true quantile with 95 % confidence, were the samples independent.
    public var ranges: [Metric: ClosedRange<Double>]

    /// Something that is measured.
    public enum Metric: String, Sendable, Hashable, CaseIterable {
        /// Messages acknowledged per second of the workload.
        case acknowledged = "acknowledged per second"
        /// Deliveries per second of the workload.
        case deliveries = "deliveries per second"
        /// From send to acknowledgement, in milliseconds.
        case ack50 = "send to acknowledgement, p50, ms"
        case ack99 = "send to acknowledgement, p99, ms"
        /// From send to a delivery in a session that was open before, in milliseconds.
        case deliver50 = "send to delivery, p50, ms"
        case deliver99 = "send to delivery, p99, ms"
        /// The share of sends of the workload that were acknowledged, in percent.
        case success = "sends acknowledged, %"

        /// Whether more is better.
        public var isRate: Bool {
            switch self {
            case .acknowledged, .deliveries, .success: true
            case .ack50, .ack99, .deliver50, .deliver99: false
            }
        }
    }

    /// Measures a run that was judged. Time: n·log n in its messages and deliveries.
    public init(_ report: RunReport) {
        let history = report.history
        run = report.facts.run
        plan = report.facts.plan
        verdicts = Self.verdicts(report.outcome)
        (values, samples, ranges) = ([:], [:], [:])
        guard let workload = history.workload else { return }
        var acks: [Double] = []
        var deliveries: [Double] = []
        var sends = 0
        for message in history.messages {
            guard let invoke = message.invoke else { continue }
            let sent = history.time(invoke)
            guard workload.contains(sent) else { continue }
            sends += 1
            if message.outcome == .ok, let ok = message.completion {
                acks.append(Self.milliseconds(history.time(ok) - sent))
            }
            for place in message.deliveries {
                let delivery = history.deliveries[place]
                guard let opened = history.sessions[delivery.session].opened,
                    history.precedes(opened, invoke)
                else { continue }
                deliveries.append(Self.milliseconds(history.time(delivery.record) - sent))
            }
        }
        values[.acknowledged] = Double(acks.count) / workload.seconds
        values[.deliveries] = Double(history.deliveries(in: workload)) / workload.seconds
        if sends > 0 { values[.success] = Double(acks.count) * 100 / Double(sends) }
        take(acks.sorted(), .ack50, .ack99)
        take(deliveries.sorted(), .deliver50, .deliver99)
    }

    /// Made-up metrics, for tests and for numbers from elsewhere.
    public init(run: String, plan: String, verdicts: [Guarantee: Verdict], values: [Metric: Double])
    {
        (self.run, self.plan, self.verdicts, self.values) = (run, plan, verdicts, values)
        (samples, ranges) = ([:], [:])
    }

    /// The verdict on each guarantee of the catalogue that was judged.
    private static func verdicts(_ outcome: RunOutcome) -> [Guarantee: Verdict] {
        var verdicts: [Guarantee: Verdict] = [:]
        for judgement in outcome.judgements where judgement.verdict != .notChecked {
            guard let guarantee = judgement.guarantee, verdicts[guarantee] == nil else { continue }
            verdicts[guarantee] = judgement.verdict
        }
        return verdicts
    }

    private mutating func take(_ sorted: [Double], _ half: Metric, _ high: Metric) {
        for (metric, share) in [(half, 0.5), (high, 0.99)] where !sorted.isEmpty {
            let count = Double(sorted.count)
            let rank = max(1, (count * share).rounded(.up))
            // Order statistics: the rank of the quantile is binomial; 1.96 standard deviations hold 95 %.
            let spread = 1.96 * (count * share * (1 - share)).squareRoot()
            let low = Int(max(1, (rank - spread).rounded(.down)))
            let top = Int(min(count, (rank + spread).rounded(.up)))
            values[metric] = sorted[Int(rank) - 1]
            samples[metric] = sorted.count
            ranges[metric] = sorted[low - 1]...sorted[max(low, top) - 1]
        }
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.nanoseconds) / 1e6
    }
}
