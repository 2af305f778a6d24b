import Evidence

/// O3 total: one order of all messages fits every receiver: the union of their orders has no cycle.
///
/// It takes each user's first delivery of each message, in order over all the user's sessions; those at
/// the same time in different incarnations are concurrent. Each knot of messages that no order fits is one
/// finding, with a shortest circle through its earliest message.
///
/// Time: linear in the number of deliveries; memory: eight words a delivery (`DeliveryGraph`).
enum Total: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard findings.spend(8 * history.deliveries.count + history.messages.count) else { return }
        let graph = DeliveryGraph(history)
        findings.cases += graph.shared
        for knot in graph.knots() {
            findings.count(
                "messages that no order fits",
                knot.count { $0 < history.messages.count }
            )
            let first = knot.filter { $0 < history.messages.count }.min {
                history.messages[$0].deliveries[0] < history.messages[$1].deliveries[0]
            }
            guard let first, findings.spend(knot.count) else { return }
            judge(graph.circle(through: first, in: Set(knot)), graph, context, &findings)
        }
    }

    /// One user's part of a circle: it got the message of one delivery before that of another.
    private struct Part {
        let user: Int
        let from: Int
        var to: Int
    }

    private static func judge(
        _ circle: [Int],
        _ graph: DeliveryGraph,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        guard let closing = circle.last else { return }
        var parts: [Part] = []
        var node = history.deliveries[Int(graph.deliveries[closing])].message
        for edge in circle {
            let delivery = Int(graph.deliveries[edge])
            let user = history.deliveries[delivery].user
            if parts.last?.user == user {
                parts[parts.count - 1].to = delivery
            } else {
                let from = history.messages[node].deliveries.first {
                    history.deliveries[$0].user == user
                }
                parts.append(Part(user: user, from: from ?? delivery, to: delivery))
            }
            node = history.deliveries[delivery].message
        }
        // The circle may begin in the middle of a user's part.
        if parts.count > 1, let last = parts.last, last.user == parts[0].user {
            parts[0] = Part(user: last.user, from: last.from, to: parts[0].to)
            parts.removeLast()
        }
        func identity(_ delivery: Int) -> MessageIdentity {
            history.messages[history.deliveries[delivery].message].identity
        }
        let shown = parts.prefix(4).map { part in
            "\(history.users[part.user].name) got \(identity(part.from)) before \(identity(part.to))"
        }
        let rest = parts.count > 4 ? ", and \(parts.count - 4) more" : ""
        let records = parts.flatMap { [$0.from, $0.to] }.map { history.deliveries[$0].record }
        let times = records.map { history.time($0) }
        findings.violation(
            .init(
                summary: "No one order fits: \(shown.joined(separator: ", "))\(rest)",
                records: Array(records.prefix(16)),
                messages: parts.map { identity($0.from) },
                users: parts.map { history.users[$0.user].name },
                time: (times.min() ?? .zero)...(times.max() ?? .zero)
            ),
            excuse: .missing([.clients, .orchestrator])
        )
    }
}
