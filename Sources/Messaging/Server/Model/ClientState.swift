/// What the client of a connection is doing.
enum ClientState: Sendable {
    /// It is connected, not logged in.
    case idle
    /// Its registration is under way; what it said since waits.
    case registering(user: String, waiting: [WireReader])
    /// It is logged in.
    case session(SessionID)
    /// Its login is under way; what it said since waits.
    case loggingIn(SessionID, waiting: [WireReader])

    /// From so many messages that wait for a registration or login on, the client is not read from until
    /// it is answered.
    static let waitingBeforePause = 100
    /// The most messages that may wait: all that can have been read before the pause.
    static let waitingMax = 20_000
}

/// Heartbeats to the supervisor, which answer those of clients.
struct UpstreamHeartbeat: Sendable {
    /// A client's heartbeat that waits for an answer.
    struct Waiting: Sendable {
        var session: SessionID
        var number: Int64
    }

    var last: Int64 = 0
    /// The number of the one that is not answered.
    var outstanding: Int64?
    /// Answered with the outstanding one.
    var current: [Waiting] = []
    /// Came after that one was sent: answered with the next.
    var next: [Waiting] = []

    /// The supervisor is another one: what waits is answered by it.
    mutating func restart() {
        next = current + next
        current = []
        outstanding = nil
    }
}
