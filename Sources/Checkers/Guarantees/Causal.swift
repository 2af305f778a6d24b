import Evidence

/// O2 causal: m1 precedes m2 if m2's stream had sent or been delivered m1 before m2's invoke, and
/// transitively; nobody who was delivered both gets m2 first.
///
/// It takes each user's first delivery of each message, in order over all the user's sessions. While it
/// goes through these it keeps the vector of all that precedes what the user has; a message that is in
/// there when it comes is late. A stream is one client incarnation as one user, unless it says that it
/// begins another. Deliveries at the same time in different incarnations are concurrent.
///
/// Time and memory: as `CausalOrder`, which it makes, once more for the receivers.
enum Causal: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard let order = CausalOrder(history, &findings) else { return }
        if order.isContradictory {
            findings.unproved(
                "sends and deliveries wait for each other in a circle: the clocks are not one",
                .init(summary: "")
            )
        }
        let isFirst = Fifo.firstDeliveries(history)
        var received = [[Int32]](repeating: [], count: history.users.count)
        for (index, delivery) in history.deliveries.enumerated() where isFirst[index] {
            received[delivery.user].append(Int32(index))
        }
        for deliveries in received {
            guard findings.spend(1 + order.lanes) else { return }
            var known = [Int32](repeating: 0, count: order.lanes)
            // Which delivery raised each lane's place last.
            var causes = [Int32](repeating: -1, count: order.lanes)
            for index in deliveries {
                let message = history.deliveries[Int(index)].message
                guard let own = order.place(of: message) else { continue }
                if order.hasPast(message) { findings.cases += 1 }
                if known[Int(own.lane)] >= own.place {
                    judge(Int(causes[Int(own.lane)]), Int(index), context, &findings)
                }
                let steps = order.learn(message, &known) { causes[$0] = index }
                guard findings.spend(steps) else { return }
            }
        }
    }

    private static func judge(
        _ first: Int,
        _ late: Int,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        let before = history.deliveries[first]
        let after = history.deliveries[late]
        guard history.precedes(before.record, after.record) else { return }
        let answer = history.messages[before.message]
        let cause = history.messages[after.message]
        let user = history.users[after.user].name
        findings.violation(
            .init(
                summary: """
                    \(user) was delivered \(answer.identity) before \(cause.identity), \
                    which precedes it
                    """,
                records: [before.record, after.record, answer.invoke, cause.invoke],
                messages: [cause.identity, answer.identity],
                users: [user],
                time: history.span(before.record, after.record)
            ),
            excuse: .missing([.clients, .orchestrator])
        )
    }
}
