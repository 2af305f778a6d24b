import Evidence

/// D5 no-resurrection: a send that certainly failed is never delivered.
///
/// Time: one step a message. Memory: none besides the history.
enum NoResurrection: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for message in history.messages where message.outcome == .failed {
            guard findings.spend(1) else { return }
            findings.cases += 1
            guard let first = message.deliveries.first else { continue }
            let delivery = history.deliveries[first]
            let user = history.users[delivery.user].name
            findings.violation(
                .init(
                    summary: "\(message.identity), whose send failed, was delivered to \(user)",
                    records: [delivery.record, message.completion, message.invoke],
                    messages: [message.identity],
                    users: [user]
                ),
                excuse: .missing([.clients])
            )
        }
    }
}
