import Evidence
import Messaging

/// A few servers, clients that say what they like, and a network that garbles, repeats, drops and
/// reorders: no server may trap, contradict itself or talk to a closed connection.
///
/// Time, order and bytes all come from the seed.
struct ServerTarget: Sendable {
    /// What a round came to.
    struct Outcome: Sendable {
        var events = 0
        var lines = 0
        var garbled = 0
        /// How many connections were closed with INVALID_MESSAGE.
        var refused = 0
    }

    /// One end of a connection: a server's, or nobody's, which is the fuzzer's own.
    struct End: Sendable {
        var server: Int?
        var connection: ConnectionID
        var isOpen = true
        /// Lines on their way to it.
        var incoming: [[UInt8]] = []
    }

    var mutator: Mutator
    var servers: [ServerCore?] = []
    /// Both ends of each connection.
    var pipes: [[End]] = []
    var places: [[ConnectionID: (pipe: Int, side: Int)]] = []
    var dials: [(server: Int, dial: DialID, target: Int?)] = []
    /// Secrets that are to be hashed.
    var hashes: [(server: Int, ticket: HashTicket, request: HashRequest)] = []
    var confirmations: [(server: Int, connection: ConnectionID)] = []
    var now = Instant(nanoseconds: 1_000_000_000)
    var outcome = Outcome()
    var starts = 0
    /// How many of 1000 lines are garbled on their way.
    private let garble: Int
    private var lastConnection: Int64 = 0
    /// So many connections at a time.
    private static let pipesMax = 48
    private let seed: UInt64

    init(corpus: [[UInt8]], seed: UInt64) {
        self.seed = seed
        mutator = Mutator(corpus: corpus, random: SeededGenerator(seed: seed, stream: "server"))
        garble = [0, 20, 100, 400][mutator.random.below(4)]
        let count = 1 + mutator.random.below(3)
        servers = Array(repeating: nil, count: count)
        places = Array(repeating: [:], count: count)
    }

    static func address(_ server: Int) -> Address { Address(host: "10.0.0.\(server + 1)", port: 1) }

    /// Does so many steps.
    ///
    /// - Throws: a `FuzzFinding` where a server does what none may do.
    mutating func run(steps: Int) throws -> Outcome {
        for server in servers.indices { try start(server) }
        for _ in 0..<steps { try step() }
        return outcome
    }

    private mutating func start(_ server: Int) throws {
        starts += 1
        var configuration = ServerConfiguration(
            name: "server.\(server + 1)",
            address: Self.address(server),
            remotes: starts == 1 ? [] : servers.indices.filter { $0 != server }.map(Self.address),
            secret: "s3cret"
        )
        if configuration.remotes.isEmpty && starts > 1 { configuration.remotes = [Self.address(0)] }
        configuration.seed = seed &+ UInt64(starts)
        configuration.superPeers = 1 + mutator.random.below(3)
        configuration.limits.connectionsMax = 24
        configuration.limits.connectionsReserved = 8
        configuration.limits.logEntriesMax = 200
        configuration.limits.linesPerSecondMax = 500
        configuration.limits.unacknowledgedSendsMax = 40
        configuration.limits.registrationsMax = 6
        servers[server] = ServerCore(configuration: configuration)
        try tell(server, .started)
    }

    private mutating func step() throws {
        switch mutator.random.below(100) {
        case 0..<45: try deliver()
        case 45..<60: try talk()
        case 60..<72: try tick()
        case 72..<80: try answerDial()
        case 80..<87: try connect()
        case 87..<91: try inject()
        case 91..<95: try hangUp()
        case 95..<98: try nonsense()
        default: try crash()
        }
    }

    // MARK: The network

    /// A line arrives, or what became of it.
    private mutating func deliver() throws {
        let waiting = pipes.indices.flatMap { pipe in
            [0, 1].filter { !pipes[pipe][$0].incoming.isEmpty }.map { (pipe, $0) }
        }
        guard let (pipe, side) = mutator.random.pick(waiting) else { return try talk() }
        var line = pipes[pipe][side].incoming.removeFirst()
        guard let server = pipes[pipe][side].server, pipes[pipe][side].isOpen else { return }
        if mutator.random.chance(garble, in: 1000) {
            outcome.garbled += 1
            switch mutator.random.below(6) {
            case 0: return
            case 1: pipes[pipe][side].incoming.append(line)
            case 2: pipes[pipe][side].incoming.insert(line, at: 0)
            default: line = mutator.mutate(line)
            }
        }
        outcome.lines += 1
        try tell(server, .received(pipes[pipe][side].connection, line: line))
    }

    private mutating func tick() throws {
        now = now + .milliseconds(Int64(20 + mutator.random.below(200)))
        if mutator.random.below(200) == 0 { now = now + .seconds(Int64(mutator.random.below(700))) }
        for server in servers.indices where servers[server] != nil {
            try tell(server, .timer(TimerID(kind: 1)))
        }
    }

    private mutating func answerDial() throws {
        guard !dials.isEmpty else { return try talk() }
        let dial = dials.remove(at: mutator.random.below(dials.count))
        guard servers[dial.server] != nil else { return }
        guard let target = dial.target, servers[target] != nil, mutator.random.below(8) > 0 else {
            return try tell(dial.server, .dialFailed(dial.dial, reason: "refused"))
        }
        let near = open(dial.server, to: target)
        try tell(dial.server, .connected(near.0, dial.dial))
        try tell(target, .connected(near.1, nil))
    }

    /// Opens a connection between two servers, or from the fuzzer to one.
    private mutating func open(_ server: Int?, to target: Int) -> (ConnectionID, ConnectionID) {
        let near = ConnectionID(lastConnection + 1)
        let far = ConnectionID(lastConnection + 2)
        lastConnection += 2
        pipes.append([End(server: server, connection: near), End(server: target, connection: far)])
        if let server { places[server][near] = (pipes.count - 1, 0) }
        places[target][far] = (pipes.count - 1, 1)
        return (near, far)
    }

    mutating func connect() throws {
        let open = pipes.count { $0[0].server == nil && $0[1].isOpen }
        let alive = servers.indices.filter { servers[$0] != nil }
        guard open < Self.pipesMax, let target = mutator.random.pick(alive) else { return }
        let (_, far) = self.open(nil, to: target)
        try tell(target, .connected(far, nil))
    }

    private mutating func hangUp() throws {
        let open = pipes.indices.flatMap { pipe in
            [0, 1].filter { pipes[pipe][$0].isOpen && pipes[pipe][$0].server != nil }.map {
                (pipe, $0)
            }
        }
        guard let (pipe, side) = mutator.random.pick(open), let server = pipes[pipe][side].server
        else { return }
        let reasons: [Event.CloseReason] = [
            .ended, .failed("reset"), .lineTooLong, .tooMuchPending,
        ]
        let connection = pipes[pipe][side].connection
        close(server, connection)
        let reason = reasons[mutator.random.below(reasons.count)]
        try tell(server, .closed(connection, reason: reason))
    }

    /// Events of connections, dials and timers that there never were.
    private mutating func nonsense() throws {
        let alive = servers.indices.filter { servers[$0] != nil }
        guard let server = mutator.random.pick(alive) else { return }
        let unknown = ConnectionID(1_000_000 + Int64(mutator.random.below(10)))
        let line = mutator.pick()
        let events: [Event] = [
            .received(unknown, line: line), .closed(unknown, reason: .ended),
            .dialFailed(DialID(999_999), reason: "no"), .connected(unknown, DialID(999_999)),
            .timer(TimerID(kind: 77, number: 3)), .control(.rest), .control(.drain),
        ]
        try tell(server, events[mutator.random.below(events.count)])
    }

    /// A server dies, or is started again without memory.
    private mutating func crash() throws {
        guard let server = mutator.random.pick(Array(servers.indices)) else { return }
        guard servers[server] != nil else { return try start(server) }
        guard servers.count > 1, mutator.random.below(4) == 0 else { return }
        servers[server] = nil
        dials.removeAll { $0.server == server }
        for (pipe, side) in places[server].sorted(by: { $0.key < $1.key }).map(\.value) {
            pipes[pipe][side].isOpen = false
            pipes[pipe][1 - side].incoming = []
            let other = pipes[pipe][1 - side]
            guard let peer = other.server, other.isOpen else { continue }
            close(peer, other.connection)
            try tell(peer, .closed(other.connection, reason: .failed("reset")))
        }
        places[server] = [:]
    }

    // MARK: Servers

    mutating func tell(_ server: Int, _ event: Event) throws {
        guard var core = servers[server] else { return }
        servers[server] = nil
        let effects = core.receive(event, now: now)
        core.checkInvariants()
        servers[server] = core
        outcome.events += 1
        for effect in effects { try perform(effect, of: server) }
        while !hashes.isEmpty {
            let next = hashes.removeFirst()
            let text = "hash of \(next.request.secret)"
            try tell(next.server, .hashed(next.ticket, text))
        }
        // The machine takes what was written sooner or later, of whoever is still connected.
        guard !confirmations.isEmpty, mutator.random.below(2) == 0 else { return }
        let next = confirmations.removeFirst()
        guard places[next.server][next.connection] != nil else { return }
        try tell(next.server, .written(next.connection))
    }

    private mutating func perform(_ effect: Effect, of server: Int) throws {
        switch effect {
        case .send(let connection, let frame):
            try send(server, connection, frame)
        case .broadcast(let connections, let frame):
            for connection in connections { try send(server, connection, frame) }
        case .close(let connection), .abort(let connection):
            try endHere(server, connection)
        case .confirmWritten(let connection):
            confirmations.append((server, connection))
        case .allow(let connection, _), .setReading(let connection, _):
            guard connection.number <= lastConnection else {
                throw FuzzFinding(description: "an order for a connection that there never was")
            }
        case .dial(let dial, let address):
            dials.append((server, dial, servers.indices.first { Self.address($0) == address }))
        case .exit(let code):
            throw FuzzFinding(description: "a server ended with \(code)")
        case .hash(let ticket, let request):
            hashes.append((server, ticket, request))
        case .store:
            throw FuzzFinding(description: "a server without a disk stores something")
        case .setTimer, .cancelTimer, .record, .show, .takeLine, .ready:
            break
        }
    }

    private mutating func send(
        _ server: Int,
        _ connection: ConnectionID,
        _ frame: Frame
    ) throws {
        // It may have closed it in the same step; then nothing happens.
        guard connection.number <= lastConnection else {
            throw FuzzFinding(description: "a line to a connection that there never was")
        }
        guard let (pipe, side) = places[server][connection] else { return }
        for line in frame.bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        {
            try said(Array(line), over: pipe, side)
        }
    }

    /// A server said a line.
    private mutating func said(_ line: [UInt8], over pipe: Int, _ side: Int) throws {
        guard (try? WireReader(line, limits: .server)) != nil else {
            let text = String(decoding: line, as: UTF8.self)
            throw FuzzFinding(description: "what a server said is no message: \(text)")
        }
        mutator.learn(line)
        if line.starts(with: Array(#"{"command":"INVALID_MESSAGE""#.utf8)) { outcome.refused += 1 }
        let isOwn = pipes[pipe][1 - side].server == nil
        if pipes[pipe][1 - side].isOpen && !isOwn { pipes[pipe][1 - side].incoming.append(line) }
    }

    /// A server closed its end: the other one is told.
    private mutating func endHere(_ server: Int, _ connection: ConnectionID) throws {
        // It may order so of a dial that it gave up, or of one that came too late.
        guard let (pipe, side) = places[server][connection] else { return }
        close(server, connection)
        let other = pipes[pipe][1 - side]
        guard let peer = other.server, other.isOpen else { return }
        // What was said before the close arrives first, often.
        if mutator.random.below(3) > 0 {
            for line in other.incoming where pipes[pipe][1 - side].isOpen {
                try tell(peer, .received(other.connection, line: line))
            }
        }
        guard pipes[pipe][1 - side].isOpen else { return }
        close(peer, other.connection)
        try tell(peer, .closed(other.connection, reason: .ended))
    }

    private mutating func close(_ server: Int, _ connection: ConnectionID) {
        guard let (pipe, side) = places[server].removeValue(forKey: connection) else { return }
        pipes[pipe][side].isOpen = false
        pipes[pipe][side].incoming = []
    }
}
