import Evidence

/// D3 no-creation: every delivery matches an earlier send: same user, stream, number and digest.
///
/// Any of these a missing send could explain: one of the same body may have been earlier.
///
/// Time: one step a delivery. Memory: none besides the history.
enum NoCreation: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for delivery in history.deliveries {
            guard findings.spend(1) else { return }
            findings.cases += 1
            let message = history.messages[delivery.message]
            guard let invoke = message.invoke else {
                findings.violation(
                    draft("that nobody sent", delivery, nil, history),
                    excuse: .missing([.clients, .orchestrator])
                )
                continue
            }
            let digest = history.records.code(delivery.record, .digest)
            if history.records.code(invoke, .digest) == digest,
                !history.precedes(delivery.record, invoke)
            {
                continue
            }
            let same = ([invoke] + message.otherInvokes).filter {
                history.records.code($0, .digest) == digest
            }
            if same.isEmpty {
                findings.violation(
                    draft("with a body that was not sent", delivery, invoke, history),
                    excuse: .missing([.clients, .orchestrator])
                )
            } else if same.allSatisfy({ history.precedes(delivery.record, $0) }) {
                findings.violation(
                    draft("before it was sent", delivery, same.first, history),
                    excuse: .missing([.clients, .orchestrator])
                )
            }
        }
    }

    private static func draft(
        _ what: String,
        _ delivery: History.Delivery,
        _ send: Int?,
        _ history: History
    ) -> Findings.Draft {
        let identity = history.messages[delivery.message].identity
        let user = history.users[delivery.user].name
        return Findings.Draft(
            summary: "\(user) was delivered \(identity) \(what)",
            records: [delivery.record, send],
            messages: [identity],
            users: [user],
            time: history.time(delivery.record)...history.time(delivery.record)
        )
    }
}
