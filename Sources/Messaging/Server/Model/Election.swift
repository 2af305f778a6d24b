import Evidence

/// A super-peer's part in deciding the next epoch, as voter and as proposer.
struct Election: Sendable {
    /// The largest ballot that it promised.
    var promised: Ballot?
    /// What it accepted.
    var accepted: AcceptedEpoch?
    /// Registrations that it voted for in the present epoch and that are not known to count.
    var voted: [String: Registration] = [:]
    /// What voters of a next epoch were given, by proposal.
    var bases: [String: [Registration]] = [:]
    /// Messages that it voted for in the present epoch and that are not stored, by number.
    var numbered: [Int64: OrderedMessage] = [:]
    /// How far numbering was, by proposal.
    var orderBases: [String: OrderBase] = [:]
    /// Bases of which it has not said that they are here.
    var awaitedBases: [AwaitedBase] = []
    /// Its own proposal under way.
    var proposal: Proposal?
    /// When it may propose again.
    var nextTry = Instant.zero
    /// The largest round that it met.
    var roundMax: Int64 = 0
    /// Whether a new epoch is needed, since a voter promised one.
    var isBlocked = false

    /// A base that lacks messages.
    struct AwaitedBase: Sendable, Equatable {
        var proposal: String
        var proposer: ServerID
    }

    /// A proposal for the next epoch.
    struct Proposal: Sendable {
        enum Step: Sendable { case preparing, basing, accepting }

        var ballot: Ballot
        var value: Epoch
        var step = Step.preparing
        /// Until when the present step must be done: on slow links each takes its time.
        var deadline: Instant
        var promises: Set<ServerID> = []
        var best: AcceptedEpoch?
        /// All that those who promised hold or voted for.
        var registrations: [String: Registration] = [:]
        /// How far they numbered messages.
        var ordering = OrderBase()
        /// Those of the next voters that have not said that they have it.
        var awaited: Set<ServerID> = []
        var accepts: Set<ServerID> = []
    }
}

/// A registration under way at the master.
struct Ballotage: Sendable {
    var registration: Registration
    var origin: RegisterOrigin
    var votes: Set<ServerID>
    var deadline: Instant
    var isDecided = false
}

/// Whom to tell what became of a registration.
enum RegisterOrigin: Sendable, Hashable {
    case below(ServerID, request: Int64)
    case link(ServerID, request: Int64)
}
