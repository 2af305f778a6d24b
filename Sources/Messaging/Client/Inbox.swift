import DequeModule
import Evidence

/// What a client was delivered: it tells repeats from news and counts what is acknowledged.
///
/// Of every stream it keeps the highest number. Where the order is total, one number is enough for all.
struct Inbox: Sendable {
    /// The most streams that are kept. Beyond, those are forgotten first that were silent for longest,
    /// and only such of which the system holds all acknowledgements: it does not send them again.
    static let streamsMax = 4096
    /// The most broadcasts of a connection that may wait until their acknowledgements are held.
    static let unconfirmedMax = 1_000_000

    /// The most bytes that `delivered` may take in a LOGIN, which a server reads up to 1 MiB.
    private static let deliveredBytesMax = 900_000

    private struct Source: Hashable {
        let user: String
        let stream: String
    }

    private struct Progress {
        var highest: Int64
        /// The broadcast that was the last one of the stream, counted over all connections.
        var lastLine: Int64
        /// Whether it was delivered to the present stream of the client.
        var isOfStream = true
    }

    private var streams: [Source: Progress] = [:]
    /// So many streams are kept before old ones are looked for.
    private var sweepAt = Inbox.streamsMax
    /// The highest number among all messages, where the order is total.
    private var highestOrder: Int64 = 0
    /// The broadcasts that arrived on earlier connections.
    private var linesBefore: Int64 = 0
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
        linesBefore += lines
        lines = 0
        acknowledgedLines = 0
        confirmed = 0
        confirmedLines = 0
        unconfirmed.removeAll()
    }

    /// The client's own stream is a new one: what was delivered before does not bind it.
    mutating func beginStream() {
        for source in streams.keys { streams[source]?.isOfStream = false }
    }

    /// Counts a broadcast; whether it is new. One without a place always is.
    mutating func isNew(sender: String?, place: StreamPlace?) -> Bool {
        lines += 1
        let isNew = takeIfNew(sender, place)
        unconfirmed.append(isNew)
        return isNew
    }

    private mutating func takeIfNew(_ sender: String?, _ place: StreamPlace?) -> Bool {
        guard let sender, let place else { return true }
        if let order = place.order {
            guard order > highestOrder else { return false }
            highestOrder = order
            return true
        }
        let line = linesBefore + lines
        let source = Source(user: sender, stream: place.stream)
        if var progress = streams[source] {
            let isNew = place.number > progress.highest
            if isNew {
                progress.highest = place.number
                progress.isOfStream = true
            }
            progress.lastLine = line
            streams[source] = progress
            return isNew
        }
        streams[source] = Progress(highest: place.number, lastLine: line)
        if streams.count > sweepAt { forgetSilent() }
        return true
    }

    /// Forgets streams beyond the most that are kept, as far as that is safe. A confirmation speaks for
    /// all earlier connections too: what the system lacked of their acknowledgements it sent again
    /// before anything newer.
    private mutating func forgetSilent() {
        let safe = confirmedLines > 0 ? linesBefore + confirmedLines : 0
        let silent = streams.filter { $0.value.lastLine <= safe }.sorted {
            $0.value.lastLine < $1.value.lastLine
        }
        for (source, _) in silent.prefix(max(0, streams.count - Self.streamsMax * 7 / 8)) {
            streams[source] = nil
        }
        // Where few could be forgotten it is not tried again with each new stream.
        sweepAt = max(Self.streamsMax, streams.count + Self.streamsMax / 8)
    }

    /// The last message delivered of each stream since the client's own began: the latest first, as
    /// many as fit into a line.
    var delivered: [MessageIdentity] {
        var room = Self.deliveredBytesMax
        var identities: [MessageIdentity] = []
        let latest = streams.filter { $0.value.isOfStream && !$0.key.stream.contains("/") }
            .sorted { $0.value.lastLine > $1.value.lastLine }
        for (source, progress) in latest {
            // Names may be written with escapes; the rest is keys and the number.
            room -= 6 * (source.user.utf8.count + source.stream.utf8.count) + 64
            if room < 0 { break }
            identities.append(
                MessageIdentity(user: source.user, stream: source.stream, number: progress.highest)
            )
        }
        return identities
    }

    /// How many streams are kept.
    var streamsKept: Int { streams.count }

    /// Whether more waits for confirmation than is kept.
    var isOverfull: Bool { unconfirmed.count > Self.unconfirmedMax }

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
