import Evidence

/// A message with its number among all, where the order is total.
struct OrderedMessage: Sendable, Hashable {
    /// 1 is the first of the cluster.
    var order: Int64
    var identity: MessageIdentity
    var activity: Activity
}

/// How far the numbering of messages got, as voters tell it to the next epoch.
struct OrderBase: Sendable, Hashable {
    /// The last number that is stored.
    var through: Int64 = 0
    /// Messages that were voted for and are not stored, by number.
    var messages: [Int64: OrderedMessage] = [:]

    /// Takes what another voter says too.
    mutating func unite(with other: OrderBase) {
        through = max(through, other.through)
        // One master numbers in one epoch: two voters have no two messages for one number.
        messages.merge(other.messages) { mine, _ in mine }
    }

    /// The messages that follow what is stored, without gaps: behind a gap nothing can have counted.
    var following: [OrderedMessage] {
        var next = through + 1
        var found: [OrderedMessage] = []
        while let message = messages[next] {
            found.append(message)
            next += 1
        }
        return found
    }
}
