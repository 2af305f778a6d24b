import Evidence

/// O1 fifo: for each (stream, receiver) the delivered numbers only rise.
///
/// It takes each user's first delivery of each message, in order over all the user's sessions. Two
/// deliveries at the same time in different incarnations are concurrent: neither came first. In an
/// incarnation whose clock falls, none counts as earlier than those before it. Time: three steps a
/// delivery; memory: a bit a delivery, and six words for each (stream, receiver).
enum Fifo: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard findings.spend(2 * history.deliveries.count) else { return }
        let isFirst = firstDeliveries(history)
        var latest = [Instant](repeating: .zero, count: history.incarnations.count)
        var seen: [Pair: Seen] = [:]
        for (index, delivery) in history.deliveries.enumerated() {
            let writer = history.sessions[delivery.session].incarnation
            latest[writer] = max(latest[writer], history.time(delivery.record))
            guard isFirst[index] else { continue }
            let message = history.messages[delivery.message]
            let place = Place(
                number: message.identity.number,
                delivery: index,
                time: latest[writer],
                writer: writer
            )
            let pair = Pair(stream: message.stream, user: delivery.user)
            let known = seen[pair, default: Seen()].take(place)
            guard known.isLater else { continue }
            findings.cases += 1
            guard let last = known.highest, last.number > place.number else { continue }
            let before = history.deliveries[last.delivery]
            let lastMessage = history.messages[before.message]
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

    private struct Pair: Hashable {
        let stream: Int
        let user: Int
    }

    /// A delivery, and where it is in the order.
    private struct Place {
        let number: Int64
        let delivery: Int
        let time: Instant
        let writer: Int
    }

    /// What a receiver was delivered of a stream: the highest number that certainly came before, and those of the
    /// latest time, which are concurrent with one another unless one incarnation wrote them.
    private struct Seen {
        private var before: Place?
        private var latest: Place?
        private var own: Place?
        private var ownTime = Instant.zero
        private var ownWriter = -1

        /// Takes the next one in order; gives the highest one that certainly came before, and whether this is
        /// not the first of all.
        mutating func take(_ place: Place) -> (isLater: Bool, highest: Place?) {
            let isLater = latest != nil
            if place.time != ownTime {
                before = Self.higher(before, latest)
                latest = nil
                own = nil
            } else if place.writer != ownWriter {
                own = nil
            }
            let highest = Self.higher(before, own)
            (ownTime, ownWriter) = (place.time, place.writer)
            own = Self.higher(own, place)
            latest = Self.higher(latest, place)
            return (isLater, highest)
        }

        private static func higher(_ one: Place?, _ other: Place?) -> Place? {
            guard let one else { return other }
            guard let other else { return one }
            return one.number < other.number ? other : one
        }
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
