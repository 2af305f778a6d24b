import Evidence

/// D2 no-duplication: no user was delivered the same message twice in one client incarnation (without
/// acknowledgements: in one session), nor, outside server faults, once the message was confirmed.
///
/// A message is confirmed by the client's record that the system holds its acknowledgement. Other
/// repeats are only counted. Time: one step a delivery; memory: one word a user, and the places of
/// those deliveries that repeat another.
enum NoDuplication: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        var seen = [Int](repeating: -1, count: history.users.count)
        for (place, message) in history.messages.enumerated() {
            guard findings.spend(1 + message.deliveries.count) else { return }
            var repeated: [Int] = []
            for delivery in message.deliveries {
                let user = history.deliveries[delivery].user
                if seen[user] == place, !repeated.contains(user) {
                    repeated.append(user)
                }
                seen[user] = place
            }
            findings.cases += message.deliveries.count
            for user in repeated {
                let deliveries = message.deliveries.filter { history.deliveries[$0].user == user }
                guard findings.spend(message.deliveries.count) else { return }
                judge(deliveries, context, &findings)
            }
        }
    }

    /// Judges the deliveries of one message to one user, two or more, in their order.
    private static func judge(
        _ deliveries: [Int],
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        var bySession: [Int: Int] = [:]
        var byIncarnation: [Int: Int] = [:]
        var confirmed: Int?
        for place in deliveries {
            let delivery = history.deliveries[place]
            let session = history.sessions[delivery.session]
            defer {
                bySession[delivery.session] = bySession[delivery.session] ?? place
                byIncarnation[session.incarnation] = byIncarnation[session.incarnation] ?? place
                if let record = confirmation(of: delivery, history) {
                    confirmed =
                        confirmed.map { history.time($0) <= history.time(record) ? $0 : record }
                        ?? record
                }
            }
            if let first = bySession[delivery.session] {
                findings.violation(
                    draft("twice in one session", first, place, nil, history),
                    excuse: .never
                )
            } else if let first = byIncarnation[session.incarnation], session.resumes != false {
                findings.violation(
                    draft("twice in one client incarnation", first, place, nil, history),
                    excuse: session.resumes == nil ? .missing([.clients]) : .never
                )
            } else if let confirmed, history.precedes(confirmed, delivery.record) {
                let time = history.time(delivery.record)
                if context.faults.overlap(time, time, node: context.node(of: session)) {
                    findings.count("repeats after confirmation under a server fault")
                } else {
                    findings.violation(
                        draft("again after it was confirmed", nil, place, confirmed, history),
                        excuse: .missing([.clients, .orchestrator])
                    )
                }
            } else if !bySession.isEmpty {
                findings.count("repeats before confirmation")
            }
        }
    }

    /// The record that confirms a delivery's acknowledgement, if there is one.
    private static func confirmation(of delivery: History.Delivery, _ history: History) -> Int? {
        let session = history.sessions[delivery.session]
        let number = 1 + session.deliveries.partitioningIndex { $0 >= delivery.record }
        return session.confirmations.first {
            (history.records.integer($0, .count) ?? 0) >= Int64(number)
        }
    }

    private static func draft(
        _ how: String,
        _ first: Int?,
        _ second: Int,
        _ confirmation: Int?,
        _ history: History
    ) -> Findings.Draft {
        let delivery = history.deliveries[second]
        let identity = history.messages[delivery.message].identity
        let user = history.users[delivery.user].name
        return Findings.Draft(
            summary: "\(identity) was delivered to \(user) \(how)",
            records: [first.map { history.deliveries[$0].record }, delivery.record, confirmation],
            messages: [identity],
            users: [user]
        )
    }
}
