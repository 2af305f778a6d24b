import DequeModule
import Evidence

/// What a super-peer keeps while messages get their numbers, where the order is total.
struct Sequencer: Sendable {
    /// The most messages that the master has numbered and that do not count yet.
    static let proposalsMax = 10_000
    /// The most bytes of their activities.
    static let proposedBytesMax = 8 << 20
    /// The most messages that wait here for their number.
    static let waitingMax = 100_000
    /// So many are asked for or told again at once.
    static let repeatMax = 1000

    /// A message that was taken here and is not stored.
    struct Send: Sendable {
        var identity: MessageIdentity
        var activity: Activity
        var since: Instant
    }

    /// A message that this master numbered, and the voters that have it.
    struct Proposal: Sendable {
        var message: OrderedMessage
        var votes: Set<ServerID>
    }

    /// What waits for its number, by stream in the order of the stream.
    private(set) var waiting: [Source: Deque<Send>] = [:]
    /// How many wait.
    private(set) var waitingCount = 0
    /// When the master is asked again; zero: at once, for all that waits.
    var nextRequest = Instant.zero

    /// The master's: in the order of their numbers.
    var proposals: Deque<Proposal> = []
    private var proposedBytes = 0
    /// The last number of each stream among them.
    private var proposed: [Source: Int64] = [:]
    /// When voters are told again.
    var nextRepeat = Instant.zero

    /// A voter's: the numbers that it voted for and has not told the master.
    var votes: [Int64] = []

    // MARK: Waiting

    /// The last number of a stream that waits; 0 where none does.
    func lastWaiting(_ source: Source) -> Int64 { waiting[source]?.last?.identity.number ?? 0 }

    mutating func wait(_ source: Source, _ send: Send) {
        waiting[source, default: []].append(send)
        waitingCount += 1
    }

    /// All of a stream up to a number is stored.
    mutating func stored(_ source: Source, through number: Int64) {
        while let first = waiting[source]?.first, first.identity.number <= number {
            waiting[source]?.removeFirst()
            waitingCount -= 1
        }
        if waiting[source]?.isEmpty ?? false { waiting[source] = nil }
    }

    mutating func giveUp(_ source: Source) {
        waitingCount -= waiting.removeValue(forKey: source)?.count ?? 0
    }

    // MARK: The master

    /// Whether the master may number one more.
    var hasRoom: Bool {
        proposals.count < Self.proposalsMax && proposedBytes < Self.proposedBytesMax
    }

    /// The last number of a stream that was proposed; 0 where none is.
    func lastProposed(_ source: Source) -> Int64 { proposed[source] ?? 0 }

    mutating func propose(_ message: OrderedMessage, _ source: Source, by master: ServerID) {
        proposals.append(Proposal(message: message, votes: [master]))
        proposed[source] = message.identity.number
        proposedBytes += message.activity.bytes.count
    }

    /// Takes out the first proposal.
    mutating func takeFirst(_ source: Source) {
        guard let first = proposals.popFirst() else { return }
        proposedBytes -= first.message.activity.bytes.count
        if proposed[source] == first.message.identity.number { proposed[source] = nil }
    }

    /// A new epoch: what was proposed in the last one is in its base, or does not count.
    mutating func beginEpoch() {
        proposals = []
        proposed = [:]
        proposedBytes = 0
        votes = []
        nextRequest = .zero
    }
}
