public import Evidence

/// One user of the messaging system: registers, logs in, sends, is delivered to, comes back.
///
/// It takes the events of its own connections, dials and timers (`configuration.lane`) and the orders
/// of whoever drives it: `logIn`, `send`, `logOut`, `vanish`, `finish`. Orders leave their effects in the
/// core until `takeEffects`; `takeNotices` says what came of them. Everything that guarantees.md
/// sections 1 and 2 ask of a client is recorded here: an invocation before it is sent, a delivery before
/// it is acknowledged.
public struct ClientCore: ProtocolCore {
    /// Who the client is.
    public let configuration: ClientConfiguration

    var phase: Phase = .resting
    var wantsSession = false
    var registration: Registration
    /// Whether an attempt to register ended without an answer, so that it may have taken effect.
    var isRegistrationUndecided = false
    var outbox: Outbox
    var inbox = Inbox()
    var servers: ServerList
    var random: SeededGenerator
    var now: Instant = .zero
    /// Since when every login was answered `behind`.
    var behindSince: Instant?
    /// The order in which the cluster delivers messages, as far as it said so.
    public internal(set) var ordering = MessageOrdering.fifo
    /// Whether the last session had acknowledgements.
    var hasResumed = false
    /// The oldest send when a session was closed last, and in how many sessions in a row it was that.
    var struck: (identity: MessageIdentity, sessions: Int)?
    var counters = ClientCounters()
    private var lastDial: Int64 = 0
    private var effects: [Effect] = []
    private var notices: [ClientNotice] = []

    /// What the client is doing.
    enum Phase: Sendable {
        /// Nothing: no session is wanted.
        case resting
        /// The time until the next attempt runs.
        case waiting
        /// It waits for a connection.
        case dialing(DialID, Address)
        /// It waits for the answer to REGISTER.
        case registering(Link, operation: Int64)
        /// It waits for the answer to LOGIN.
        case loggingIn(Link, operation: Int64)
        /// A stock server said LOGIN_SUCCESS: a REDIRECT may follow at once.
        case settling(Link, operation: Int64)
        /// LOGIN_SUCCESS announced a REDIRECT.
        case redirected(Link)
        /// It has a session.
        case open(Session)
        /// It sent LOGOUT and waits for the server to close.
        case closing(ConnectionID)
    }

    /// A connection to a server.
    struct Link: Sendable {
        let connection: ConnectionID
        let address: Address
    }

    /// A session of the user.
    struct Session: Sendable {
        let number: Int64
        let link: Link
        let hold: Duration
        /// Whether both sides speak the extensions: acknowledgements, heartbeats, resume.
        let resumes: Bool
        var lastHeartbeat: Int64 = 0
        /// When each heartbeat that is not answered was sent, the oldest first.
        var heartbeats: [(number: Int64, sent: Instant)] = []
        /// When the last request that was answered in the session was sent, or the session began.
        var lastAnswered: Instant
        /// When the last line arrived.
        var lastHeard: Instant
        /// When the oldest send of a stock client that has no echo was sent.
        var waitingSince: Instant?
    }

    /// How far the registration of the name is.
    enum Registration: Sendable {
        case needed
        case taken
        case done
    }

    /// The kinds of timer that a client sets.
    enum Timer: Int, Sendable {
        case attempt = 1
        case wait
        case heartbeat
        case silence
        case acknowledge
        case close
        case settle
    }

    /// How long a delivery may wait until it is acknowledged together with others.
    static let acknowledgeDelay: Duration = .milliseconds(20)
    /// So many deliveries are acknowledged at once, without a wait.
    static let acknowledgeMax: Int64 = 64
    /// How long a REDIRECT may take to follow a stock server's LOGIN_SUCCESS.
    static let settleDelay: Duration = .milliseconds(100)

    /// Makes a client that does nothing until it is told to.
    public init(_ configuration: ClientConfiguration) {
        self.configuration = configuration
        random = SeededGenerator(seed: configuration.seed, stream: "client.\(configuration.client)")
        servers = ServerList(configuration.servers)
        outbox = Outbox(user: configuration.user, client: configuration.client)
        let needsName = configuration.registers && !configuration.isAnonymous
        registration = needsName ? .needed : .done
    }

    /// Takes an event of its own connections, dials and timers; passes over all others.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        self.now = now
        endIfSilent()
        switch event {
        case .started, .control, .written, .stored, .storeFailed, .hashed:
            break
        case .connected(let connection, let dial):
            connected(connection, dial)
        case .dialFailed(let dial, let reason):
            dialFailed(dial, reason)
        case .received(let connection, let line):
            received(connection, line)
        case .closed(let connection, let reason):
            closed(connection, reason)
        case .timer(let timer) where timer.number == configuration.lane:
            if let kind = Timer(rawValue: timer.kind) { timerFired(kind) }
        case .timer:
            break
        }
        return takeEffects()
    }

    /// The orders to the shell since the last time.
    public mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    /// What happened since the last time.
    public mutating func takeNotices() -> [ClientNotice] {
        defer { notices = [] }
        return notices
    }

    /// Whether a session is open.
    public var isLoggedIn: Bool {
        if case .open = phase { true } else { false }
    }

    /// Where the session is open.
    public var serverAddress: Address? {
        if case .open(let session) = phase { session.link.address } else { nil }
    }

    /// Whether no connection is open or asked for.
    public var isResting: Bool {
        if case .resting = phase { true } else { false }
    }

    /// The sends that are not acknowledged.
    public var openSends: Int { outbox.open.count + outbox.left.count }

    /// Whether something was taken that is to be sent yet, or whose acknowledgement is on its way.
    var hasMoreToSend: Bool {
        guard configuration.resumes, !outbox.open.isEmpty else { return false }
        if case .open(let session) = phase { return session.resumes }
        return true
    }

    /// What is not known to have arrived, the oldest first. What a session without acknowledgements was
    /// given is not among it: nobody ever says of such a message that it arrived.
    var notArrived: [(body: String, wasSent: Bool)] {
        let open = outbox.left + outbox.open
        return open.filter { !$0.wasSent || hasResumed }.map { ($0.content.body, $0.wasSent) }
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        if case .resting = phase {
            precondition(!wantsSession, "a client that wants a session must not rest")
        }
        precondition(
            openSends <= Outbox.openMax,
            "at most \(Outbox.openMax) sends may be open, got \(openSends)"
        )
        outbox.checkInvariants()
    }

    // MARK: What the extensions use

    mutating func order(_ effect: Effect) {
        effects.append(effect)
    }

    mutating func record(_ kind: EventKind, _ fields: FieldValues, at instant: Instant? = nil) {
        effects.append(.record(kind, fields, at: instant))
    }

    mutating func tell(_ notice: ClientNotice) {
        notices.append(notice)
    }

    mutating func setTimer(_ timer: Timer, after duration: Duration) {
        order(.setTimer(id(timer), after: duration))
    }

    mutating func cancelTimer(_ timer: Timer) {
        order(.cancelTimer(id(timer)))
    }

    mutating func nextDial() -> DialID {
        lastDial += 1
        return DialID(lastDial * 16 + configuration.lane)
    }

    private func id(_ timer: Timer) -> TimerID {
        TimerID(kind: timer.rawValue, number: configuration.lane)
    }

    private mutating func timerFired(_ timer: Timer) {
        switch timer {
        case .attempt: attemptTimedOut()
        case .wait: waited()
        case .heartbeat: beat()
        case .silence: watchSilence()
        case .acknowledge: acknowledgeDeliveries()
        case .close: closeTimedOut()
        case .settle: settled()
        }
    }
}
