import Evidence

/// O1 fifo: for each (stream, receiver) the delivered numbers only rise.
///
/// It takes each user's first delivery of each message, in order over all the user's sessions. Two
/// deliveries at the same time in different incarnations are concurrent: neither came first. Time: two
/// steps a delivery; memory: a bit a delivery, and two words for each (stream, receiver).
enum Fifo: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard findings.spend(2 * history.deliveries.count) else { return }
        let isFirst = firstDeliveries(history)
        var highest: [Pair: Int] = [:]
        for (index, delivery) in history.deliveries.enumerated() where isFirst[index] {
            let message = history.messages[delivery.message]
            let pair = Pair(stream: message.stream, user: delivery.user)
            guard let last = highest[pair] else {
                highest[pair] = index
                continue
            }
            findings.cases += 1
            let before = history.deliveries[last]
            let lastMessage = history.messages[before.message]
            if lastMessage.identity.number < message.identity.number {
                highest[pair] = index
            } else if history.precedes(before.record, delivery.record) {
                let user = history.users[delivery.user].name
                findings.violation(
                    .init(
                        summary:
                            "\(user) was delivered \(message.identity) after \(lastMessage.identity)",
                        records: [
                            before.record, delivery.record, message.invoke, lastMessage.invoke,
                        ],
                        messages: [message.identity, lastMessage.identity],
                        users: [user],
                        time: history.span(before.record, delivery.record)
                    ),
                    excuse: .missing([.clients, .orchestrator])
                )
            }
        }
    }

    private struct Pair: Hashable {
        let stream: Int
        let user: Int
    }

    /// For each delivery whether it is its user's first of that message.
    static func firstDeliveries(_ history: History) -> [Bool] {
        var isFirst = [Bool](repeating: false, count: history.deliveries.count)
        var seen = [Int](repeating: -1, count: history.users.count)
        for (place, message) in history.messages.enumerated() {
            for delivery in message.deliveries
            where seen[history.deliveries[delivery].user] != place {
                seen[history.deliveries[delivery].user] = place
                isFirst[delivery] = true
            }
        }
        return isFirst
    }
}
