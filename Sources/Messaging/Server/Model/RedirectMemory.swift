import DequeModule
import Evidence

/// What a server remembers of the newcomers that it sent elsewhere: for a while they are on their way,
/// and no announcement counts them.
struct RedirectMemory: Sendable {
    /// The most newcomers that are remembered; what is beyond is forgotten first.
    static let newcomersMax = 10_000

    private struct Way: Sendable {
        var server: ServerID
        var since: Instant
        var until: Instant
    }

    private struct Sent: Sendable {
        var newcomer: String
        var until: Instant
    }

    private var ways: Deque<Way> = []
    private var counts: [ServerID: Int64] = [:]
    private var sent: Deque<Sent> = []
    private var newcomers: [String: Instant] = [:]

    /// How many are on their way to a server.
    func underWay(to server: ServerID) -> Int64 { counts[server] ?? 0 }

    /// Whether a newcomer was sent elsewhere a short time ago, so that it came back.
    func wasSent(_ newcomer: String) -> Bool { newcomers[newcomer] != nil }

    /// A newcomer is on its way to a server; until then its announcements may not count it.
    mutating func sends(to server: ServerID, since: Instant, until: Instant) {
        ways.append(Way(server: server, since: since, until: until))
        counts[server, default: 0] += 1
        if ways.count > Self.newcomersMax { forgetWay() }
    }

    /// A newcomer was told to go elsewhere; until then it stays where it comes back to.
    mutating func sent(_ newcomer: String, until: Instant) {
        sent.append(Sent(newcomer: newcomer, until: until))
        newcomers[newcomer] = until
        if sent.count > Self.newcomersMax { forgetNewcomer() }
    }

    /// A server itself told its load, which counts those who were sent there before.
    mutating func counted(by server: ServerID, sentBefore: Instant) {
        guard counts[server] != nil else { return }
        ways.removeAll { $0.server == server && $0.since < sentBefore }
        let left = ways.count { $0.server == server }
        counts[server] = left > 0 ? Int64(left) : nil
    }

    /// Forgets whatever is over.
    mutating func forget(now: Instant) {
        while let first = ways.first, first.until <= now { forgetWay() }
        while let first = sent.first, first.until <= now { forgetNewcomer() }
    }

    private mutating func forgetWay() {
        guard let first = ways.popFirst() else { return }
        let count = counts[first.server, default: 1] - 1
        counts[first.server] = count > 0 ? count : nil
    }

    private mutating func forgetNewcomer() {
        guard let first = sent.popFirst() else { return }
        // It may have been sent again since.
        if newcomers[first.newcomer] == first.until { newcomers[first.newcomer] = nil }
    }
}
