import DequeModule

/// What a client was delivered: it tells repeats from news and counts what is acknowledged.
struct Inbox: Sendable {
    private struct Source: Hashable {
        let user: String
        let stream: String
    }

    /// The highest number delivered of each stream; streams are first in, first out.
    private var highest: [Source: Int64] = [:]
    /// The broadcasts that arrived on this connection.
    private(set) var lines: Int64 = 0
    /// The broadcasts of this connection that were acknowledged to the server.
    private(set) var acknowledgedLines: Int64 = 0
    /// The deliveries of this session whose acknowledgements the system holds.
    private(set) var confirmed: Int64 = 0

    private var confirmedLines: Int64 = 0
    /// For each broadcast after the confirmed ones: whether it was delivered, not a repeat.
    private var unconfirmed: Deque<Bool> = []

    /// A new connection: its broadcasts are counted from 1.
    mutating func begin() {
        lines = 0
        acknowledgedLines = 0
        confirmed = 0
        confirmedLines = 0
        unconfirmed.removeAll()
    }

    /// Counts a broadcast; whether it is new. One without a place always is.
    mutating func isNew(sender: String?, place: StreamPlace?) -> Bool {
        var isNew = true
        if let sender, let place {
            let source = Source(user: sender, stream: place.stream)
            isNew = place.number > highest[source, default: 0]
            if isNew { highest[source] = place.number }
        }
        lines += 1
        unconfirmed.append(isNew)
        return isNew
    }

    /// The broadcasts that are not acknowledged yet.
    var unacknowledged: Int64 { lines - acknowledgedLines }

    /// Notes that all broadcasts up to now are acknowledged; gives their count.
    mutating func acknowledgeAll() -> Int64 {
        acknowledgedLines = lines
        return lines
    }

    /// The system holds the acknowledgements of the first `count` broadcasts; whether more deliveries
    /// are confirmed now than before.
    mutating func confirm(lines count: Int64) -> Bool {
        let before = confirmed
        while confirmedLines < min(count, acknowledgedLines), let wasNew = unconfirmed.popFirst() {
            confirmedLines += 1
            if wasNew { confirmed += 1 }
        }
        return confirmed > before
    }
}
