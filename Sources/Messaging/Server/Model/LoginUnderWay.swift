import Evidence

/// A login that a super-peer is deciding.
struct LoginUnderWay: Sendable {
    var attempt: PeerRequest.LoginAttempt
    /// The server that has the client's connection.
    var server: ServerID
    /// Sessions of the user that were asked for and have not answered.
    var awaited: Set<SessionID> = []
    /// Sessions of the user that will be closed.
    var replaced: [SessionID] = []
    /// The registration whose secret it showed.
    var registered: Registration.Mark?
    /// Where the user did not count here: the index of the log from which on it did not.
    var owedFrom: Int64?
    /// When those that have not answered count as dead.
    var deadline: Instant
    /// Whether its record is stored: only others' records can end it now.
    var isClaimed = false
}

/// When a user counted as connected for the last time, and how far the log was then.
struct LastCounted: Sendable, Hashable {
    var at: Instant
    var logEnd: Int64
}

/// A session that was asked whether it is alive.
struct Probe: Sendable {
    enum Origin: Sendable, Hashable {
        /// For a login here.
        case login(SessionID, about: SessionID)
        /// For another super-peer, by its number.
        case link(ServerID, number: Int64)
    }

    var origin: Origin
    /// The super-peer that was asked; nil where it was a server below.
    var asked: ServerID?
    var deadline: Instant
}

/// A request that was passed on to the master.
struct Forwarded: Sendable {
    enum Kind: Sendable, Hashable {
        case register(ServerID, request: Int64)
        case login(SessionID)
    }

    var kind: Kind
    var master: ServerID
    var deadline: Instant
}

/// Whom to tell whether a user is registered.
enum QueryOrigin: Sendable, Hashable {
    case login(SessionID)
    case link(ServerID, Int64)
}

/// A master's question to the voters whether its epoch is still the present one.
struct UserQuery: Sendable {
    var user: String
    var origin: QueryOrigin
    var votes: Set<ServerID>
    var deadline: Instant
}
