import Evidence

/// P2 latency: quantiles of send→ack, and of send→deliver in one unbroken session, are within the plan's
/// bounds.
///
/// It takes the sends invoked in the workload phase. A delivery counts where its session was open from
/// before the send. A quantile is the sample of that rank (nearest rank). A send that was not acknowledged
/// has no latency: that is A1's matter.
///
/// Time: nine steps a sample for each quantile; memory: two words a sample.
enum Latency: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    /// A latency and the records that show it.
    private struct Sample {
        let nanoseconds: Int64
        let message: Int32
        let end: UInt32

        var latency: Duration { .nanoseconds(nanoseconds) }
        /// The latency as a number that has no sign.
        var key: UInt64 { UInt64(bitPattern: nanoseconds) ^ 1 << 63 }
    }

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard let phase = Attempts.workload(history) else { return }
        guard findings.spend(2 * (history.messages.count + history.deliveries.count)) else {
            return
        }
        var acks: [Sample] = []
        var deliveries: [Sample] = []
        for (place, message) in history.messages.enumerated() {
            guard let invoke = message.invoke, phase.contains(history.time(invoke)) else {
                continue
            }
            func sample(_ end: Int) -> Sample {
                Sample(
                    nanoseconds: history.time(end).nanoseconds - history.time(invoke).nanoseconds,
                    message: Int32(place),
                    end: UInt32(end)
                )
            }
            if message.outcome == .ok, let ok = message.completion { acks.append(sample(ok)) }
            for delivery in message.deliveries {
                let delivery = history.deliveries[delivery]
                guard let opened = history.sessions[delivery.session].opened,
                    history.precedes(opened, invoke)
                else { continue }
                deliveries.append(sample(delivery.record))
            }
        }
        judge("send to acknowledgement", acks, context, &findings)
        judge("send to delivery", deliveries, context, &findings)
    }

    private static func judge(
        _ name: String,
        _ samples: [Sample],
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        guard !samples.isEmpty else { return }
        findings.cases += samples.count
        for bound in context.settings.bounds.latency {
            let rank = (samples.count * bound.perMillion + 999_999) / 1_000_000
            let found = sample(ofRank: max(1, rank), samples)
            findings.count(
                "\(name), \(bound.name), in microseconds",
                Int(found.latency.nanoseconds / 1000)
            )
            guard found.latency > bound.max else { continue }
            let message = context.history.messages[Int(found.message)]
            findings.violation(
                .init(
                    summary: """
                        \(bound.name) from \(name) is \(found.latency.seconds) s, more than \
                        \(bound.max.seconds) s
                        """,
                    records: [message.invoke, Int(found.end)],
                    messages: [message.identity]
                ),
                excuse: .missing([.clients, .orchestrator])
            )
        }
    }

    /// The sample that would be at a rank, from 1, if they were sorted by latency, then by record.
    ///
    /// Byte by byte of the latency, from the highest: how many samples have each, among those that share
    /// what is known of it.
    private static func sample(ofRank rank: Int, _ samples: [Sample]) -> Sample {
        var known: UInt64 = 0
        var mask: UInt64 = 0
        var left = rank - 1
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            var counts = [Int](repeating: 0, count: 256)
            for sample in samples where sample.key & mask == known {
                counts[Int(truncatingIfNeeded: sample.key >> shift & 0xff)] += 1
            }
            var byte = 0
            while left >= counts[byte] {
                left -= counts[byte]
                byte += 1
            }
            known |= UInt64(byte) << shift
            mask |= 0xff << shift
        }
        return samples.filter { $0.key == known }.sorted { $0.end < $1.end }[left]
    }
}
