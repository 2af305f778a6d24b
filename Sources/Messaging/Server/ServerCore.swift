import DequeModule
public import Evidence

/// The super-peer messaging server as a value: docs/messaging.md says what it does.
///
/// Its upper half answers clients and is the same in every server; it asks its supervisor. Its lower
/// half answers such requests and links super-peers; in a super-peer the two halves are one server,
/// and requests and answers go through `work` in place of a connection.
public struct ServerCore: ProtocolCore {
    // The process.
    let configuration: ServerConfiguration
    var random: SeededGenerator
    var now = Instant.zero
    var effects: [Effect] = []
    var id = ServerID(text: "")
    var role = ServerRole.peer
    var isReady = false
    var isStopping = false
    var lastTick = Instant.zero
    var nextAnnouncement = Instant.zero
    var work: Deque<Work> = []
    /// What of the protocol this life took part in.
    public internal(set) var marks = MarkSet()

    // The disk.
    let isDurable: Bool
    var disk: DiskState?
    var lives: Int64 = 1
    var onDisk = KeptState()
    var changes: [StoreOperation] = []
    var gate = OutputGate()
    var hasDiskFailed = false
    /// Whether the disk is older than acknowledgements are kept.
    var isOld = false
    var nextLife = Instant.zero
    /// Whether it ever answered for users under its id: then it may have counted some when it went down.
    var hasServed = false
    /// When it began to serve again, back with its disk.
    var returnedAt = Instant.zero

    // Connections.
    var connections: [ConnectionID: Connection] = [:]
    var silent = SilentConnections()
    var dials: [DialID: Dial] = [:]
    var lastNumber: Int64 = 0
    /// Limits that were broken since the last tick, and how often beyond the first time.
    var limitsBroken: [String: Int] = [:]
    var lastShown: String?

    // The upper half: clients.
    var clients: [ConnectionID: ClientState] = [:]
    var sessions: [SessionID: ClientSession] = [:]
    var anonymous: Set<SessionID> = []
    /// Sessions with probes that wait for a word from the client.
    var probed: Set<SessionID> = []
    /// How many of the sessions are logins of clients that will be sent elsewhere.
    var leaving = 0
    var sentClients = RedirectMemory()
    /// From this index of the log on, messages go to anonymous clients too.
    var anonymousFrom: Int64 = 0
    var registering: [Int64: ConnectionID] = [:]
    var hashing: [HashTicket: Hashing] = [:]
    var upstream = Upstream.none
    var upstreamLostAt: Instant?
    var supervisorAddress: Address?
    var nextBeat = Instant.zero
    var attachments: Int64 = 0
    var nextJoin = Instant.zero
    var joinTurn = 0
    var joinNext: Address?
    /// Those that refused it when it called them last, since it started.
    var refusers: Set<Address> = []
    var backups: [ServerPlace] = []
    var servers: [ServerPlace] = []
    var heartbeat = UpstreamHeartbeat()
    var rising: Rising?

    // The lower half: the mesh.
    var links: [ServerID: Link] = [:]
    var lost: [ServerID: LostLink] = [:]
    /// Super-peers that are known to be no more: others live under their addresses.
    var dead: Set<ServerID> = []
    var known: [ServerID: KnownServer] = [:]
    var peers: [ServerID: PeerBelow] = [:]
    var sentServers = RedirectMemory()
    var raising: (peer: ServerID, deadline: Instant)?
    var raiseOrdered: Instant?
    var servingSince = Instant.zero

    // The lower half: the store.
    var itemLine = ItemLine()
    var log = ReplicatedLog()
    var unannounced: [ServerID: Int64] = [:]
    /// The index after the last item by which messages are pending for more users.
    var pendingThrough: Int64 = 0
    var waiters: [Int64: [HeldWaiter]] = [:]
    /// The messages of each stream, with the users for whom they were pending at first.
    var kept: [Source: StreamStore] = [:]
    /// For whom messages are pending besides, by message and by user.
    var waiting: [Int64: Set<String>] = [:]
    var pending: [String: [Source: Deque<PendingPlace>]] = [:]
    var streams: [Source: StreamProgress] = [:]
    var droppedStreams: [Source: Int64] = [:]
    var nextForgetting = Instant.zero
    var acknowledged: [String: [Source: Int64]] = [:]
    /// Where more than streams is in order: the last index of the log of what a user acknowledged.
    var acknowledgedThrough: [String: Int64] = [:]
    var newAcknowledgements: [String: [Source: Int64]] = [:]
    var acknowledgementWaiters: [HeldWaiter] = []
    var sendersToTell: Set<Source> = []

    // The lower half: users.
    var knownSessions: [SessionID: KnownSession] = [:]
    var sessionsOfUser: [String: [SessionID]] = [:]
    var logins: [SessionID: LoginUnderWay] = [:]
    var probes: [Int64: Probe] = [:]
    var counted: [String] = []
    var countedIsStale = true
    var lastCounted: [String: LastCounted] = [:]
    var registrations: [String: Registration] = [:]
    var ballotages: [Int64: Ballotage] = [:]
    var namesInVote: [String: Int64] = [:]
    var forwarded: [Int64: Forwarded] = [:]
    var queries: [Int64: UserQuery] = [:]
    var epoch = Epoch.none
    var election = Election()
    var sequencer = Sequencer()

    /// Makes a server that has not started and keeps its state in memory only.
    public init(configuration: ServerConfiguration) {
        configuration.requireSense()
        self.configuration = configuration
        isDurable = false
        random = SeededGenerator(seed: configuration.seed, stream: configuration.name)
    }

    /// Makes a server that has not started and keeps its state on a disk, with what is on it.
    ///
    /// - Parameter age: Since when nothing was stored on it. The default is zero.
    /// - Throws: where the disk is damaged, or another server's.
    public init(
        configuration: ServerConfiguration,
        disk: StoreContents,
        age: Duration = .zero
    ) throws(DiskError) {
        configuration.requireSense()
        self.configuration = configuration
        isDurable = true
        isOld = age > configuration.limits.settledRetention
        random = SeededGenerator(seed: configuration.seed, stream: configuration.name)
        self.disk = try DiskState(disk)
        if let name = self.disk?.id.name, name != configuration.name {
            throw DiskError(
                "the disk is that of \(name), not of \(configuration.name); give each server its own"
            )
        }
    }

    /// Takes one event and says what is to be done.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        self.now = now
        if case .stored(let ticket) = event { return gate.release(through: ticket) }
        if case .storeFailed(let reason) = event { return diskFailed(reason) }
        if !isStopping {
            handle(event)
            finish()
        }
        let result = effects
        effects = []
        return isDurable ? store(result) : result
    }

    /// Has the changes of a step stored, and keeps back what rests on them.
    private mutating func store(_ effects: [Effect]) -> [Effect] {
        if hasDiskFailed { return effects }
        keepChanges()
        let passed = gate.pass(effects, changes: changes, now: now)
        changes = []
        return gate.isTooFull ? diskFailed("the disk is too slow") : passed
    }

    /// Takes lines that arrived together, and does once what they leave to be done.
    public mutating func receive(
        _ lines: [[UInt8]],
        over connection: ConnectionID,
        now: Instant
    ) -> [Effect] {
        self.now = now
        if !isStopping {
            for line in lines {
                received(connection, line)
                doWork()
            }
            finish()
        }
        let result = effects
        effects = []
        return isDurable ? store(result) : result
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .started:
            start()
        case .connected(let connection, let dial):
            connected(connection, dial)
        case .dialFailed(let dial, _):
            dialFailed(dial)
        case .received(let connection, let line):
            received(connection, line)
        case .closed(let connection, let reason):
            closed(connection, reason)
        case .written(let connection):
            written(connection)
        case .timer:
            tick()
        case .hashed(let ticket, let text):
            hashed(ticket, text)
        case .stored, .storeFailed:
            break
        case .control(let control):
            switch control {
            case .stop: stop()
            case .start, .rest, .drain: break
            }
        }
    }

    /// Does what the event left to be done: requests to ourselves, passing items on, what is held.
    private mutating func finish() {
        if configuration.ordering == .total { requestAgain() }
        while true {
            doWork()
            passOn()
            let end = log.end
            advanceHeld()
            if work.isEmpty && !countedIsStale && log.end == end { break }
        }
        tellStored()
        if configuration.ordering == .total { tellVotes() }
    }

    /// Requests to ourselves, and who counts now.
    private mutating func doWork() {
        while let next = work.popFirst() {
            switch next {
            case .request(let request): handle(request, from: id)
            case .reply(let reply): handle(reply)
            case .mesh(let message): handle(message, from: id)
            }
        }
        if countedIsStale { recount() }
    }

    private mutating func start() {
        id = ServerID(
            name: configuration.name,
            digits: random.next() ^ UInt64(truncatingIfNeeded: now.nanoseconds)
        )
        if let disk { takeOver(disk) }
        disk = nil
        lastTick = now
        record(.listening, [.server: configuration.address.description])
        if epoch.number > 0 {
            comeBack()
        } else if configuration.remotes.isEmpty {
            found()
        } else {
            setRole(.peer)
            join()
        }
        setTick()
    }

    /// The first server is the master of the first epoch.
    private mutating func found() {
        mark(.founded)
        upstream = .local
        servingSince = now
        epoch = Epoch(number: 1, master: id, backups: [], proposal: "founded")
        record(.epochChanged, [.epoch: epochText, .peer: id.name, .reason: "founded"])
        setRole(.master)
        becomeReady()
    }

    private mutating func stop() {
        // What the machine took for stock clients, and ours acknowledged, is not delivered again elsewhere.
        flushDeliveries()
        doWork()
        flushAcknowledgements()
        finish()
        isStopping = true
        for connection in connections.keys.sorted() {
            effects.append(.close(connection))
        }
        effects.append(.exit(0))
    }
}
