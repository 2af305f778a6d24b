import Evidence

/// P2 latency: quantiles of send→ack, and of send→deliver in one unbroken session, are within the plan's
/// bounds.
///
/// It takes the sends invoked in the workload phase. A delivery counts where its session was open from
/// before the send. A quantile is the sample of that rank (nearest rank). A send that was not acknowledged
/// has no latency: that is A1's matter.
///
/// Time: n·log n in the samples; memory: two words for each.
enum Latency: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    /// A latency and the records that show it.
    private struct Sample {
        let latency: Duration
        let message: Int
        let end: Int
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
                Sample(latency: history.time(end) - history.time(invoke), message: place, end: end)
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
        let sorted = samples.sorted { ($0.latency, $0.end) < ($1.latency, $1.end) }
        for bound in context.settings.bounds.latency {
            let rank = (sorted.count * bound.perMillion + 999_999) / 1_000_000
            let found = sorted[max(1, rank) - 1]
            findings.count(
                "\(name), \(bound.name), in microseconds",
                Int(found.latency.nanoseconds / 1000)
            )
            guard found.latency > bound.max else { continue }
            let message = context.history.messages[found.message]
            findings.violation(
                .init(
                    summary: """
                        \(bound.name) from \(name) is \(found.latency.seconds) s, more than \
                        \(bound.max.seconds) s
                        """,
                    records: [message.invoke, found.end],
                    messages: [message.identity]
                ),
                excuse: .missing([.clients, .orchestrator])
            )
        }
    }
}
