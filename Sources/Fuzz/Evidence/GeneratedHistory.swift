import Evidence

/// A history of any size in which every guarantee holds: what a cluster of three servers and ten clients
/// would write that does all right.
///
/// Some seventeen records a message: a send, its storing and passing on, its acknowledgement, ten
/// deliveries in the same order everywhere, five messages at a time under way. Clients log out and in again
/// now and then, sends fail, a link is cut and healed, newcomers are redirected. The same seed gives the
/// same history. Memory: a few words.
struct GeneratedHistory {
    /// A record that is still without its number.
    struct Entry {
        var node: String
        var time: Instant
        var event: EventKind
        var fields: FieldValues
    }

    static let run = "generated"
    static let servers = (1...3).map { "server.\($0)" }
    static let clients = (1...10).map { "client.\($0)" }
    /// How many messages are under way.
    private static let depth = 5
    /// The time between two records of a message, and between two messages.
    private static let step: Int64 = 4_000
    private static let period: Int64 = 100_000

    private struct Client {
        var user: String
        var session: String
        var sessions = 0
        var operations = 0
        var sent = 0
        var delivered = 0
    }

    private struct Message {
        var text: String
        var digest: String
        var client: Int
    }

    /// How many records there are so far.
    private(set) var count = 0
    private var random: SeededGenerator
    private var time: Int64 = 1_000_000_000
    private var clients: [Client]
    private var underWay: [Message] = []
    private var messages = 0
    private var written: [String: Int] = [:]
    private let seed: UInt64
    private let emit: (Entry) throws -> Void

    /// The plan of which the history tells.
    static func plan(seed: UInt64) -> String {
        """
        plan: generated
        description: A generated history in which every guarantee holds.
        seed: \(seed)
        cluster: {servers: 3, clients: 10}
        workload: {rate: 9000/s, body: 64B, for: 1h}
        expect:
          - no-loss
          - no-duplication
          - no-creation
          - addressing
          - no-resurrection
          - fifo
          - causal
          - total
          - unique-registration
          - durable-registration
          - single-login
          - authentication
          - single-master
          - one-supervisor
          - balance
          - availability
          - {recovery: 2ms}
          - latency
          - processes
          - evidence
          - experiment

        """
    }

    /// Makes about so many records, 2,000 or more; `emit` gets them in order of time.
    static func make(records: Int, seed: UInt64, _ emit: @escaping (Entry) throws -> Void) throws {
        var history = GeneratedHistory(seed: seed, emit)
        try history.begin()
        try history.work(until: max(records, 2_000) - 600)
        try history.end()
    }

    private init(seed: UInt64, _ emit: @escaping (Entry) throws -> Void) {
        self.seed = seed
        self.emit = emit
        random = SeededGenerator(seed: seed, stream: "history")
        clients = Self.clients.indices.map { Client(user: "user\($0 + 1)", session: "") }
    }

    private mutating func add(
        _ node: String,
        _ event: EventKind,
        _ fields: FieldValues = [:]
    ) throws {
        time += Self.step
        count += 1
        written[node, default: 0] += 1
        let time = Instant(nanoseconds: time)
        try emit(Entry(node: node, time: time, event: event, fields: fields))
    }

    // MARK: Before and after

    private mutating func begin() throws {
        let plan = Self.plan(seed: seed)
        try add(
            "orchestrator",
            .runStarted,
            [.plan: plan, .seed: "\(seed)", .version: Version.text]
        )
        try add("orchestrator", .phase, [.phase: "start"])
        for (place, server) in Self.servers.enumerated() {
            try start(server)
            try add(server, .listening, [.server: "127.0.0.\(place + 1):4000"])
            guard place > 0 else {
                try add(server, .roleChanged, [.role: "MASTERSUPERPEER", .epoch: "1"])
                try add(server, .epochChanged, [.epoch: "1", .peer: server])
                continue
            }
            try add(server, .roleChanged, [.role: "PEER", .epoch: "1"])
            try add(server, .supervisorChanged, [.peer: "server.1"])
            try add("server.1", .peerListed, [.peer: server])
            try add(server, .roleChanged, [.role: "PEERTOSUPERPEER", .epoch: "1"])
            try add("server.1", .peerLost, [.peer: server, .reason: "raised"])
            try add(server, .supervisorLost, [.peer: "server.1", .reason: "raised"])
            try add(server, .roleChanged, [.role: "SUPERPEER", .epoch: "1"])
        }
        for place in Self.clients.indices {
            try start(Self.clients[place])
            try register(place)
            try login(place)
        }
        try add("orchestrator", .phase, [.phase: "workload"])
        for _ in 0..<40 { try decide() }
    }

    private mutating func start(_ node: String) throws {
        let pid = "\(1000 + written.count)"
        try add("orchestrator", .spawned, [.target: node, .targetIncarnation: "0", .pid: pid])
        try add(node, .started, [.pid: pid, .version: Version.text])
        try add("orchestrator", .ready, [.target: node, .targetIncarnation: "0"])
    }

    private mutating func end() throws {
        try flush()
        for phase in ["heal", "return", "drain"] {
            try add("orchestrator", .phase, [.phase: phase])
        }
        for place in Self.clients.indices { try send(from: place) }
        try flush()
        try add("orchestrator", .drainEnded, [.reason: "quiet"])
        try add("orchestrator", .phase, [.phase: "stop"])
        for (place, node) in Self.clients.enumerated() {
            try add(node, .logout, [.user: clients[place].user, .session: clients[place].session])
        }
        for node in Self.clients + Self.servers {
            let records = "\(written[node, default: 0] + 1)"
            try add(node, .closed, [.count: records, .blocked: "0"])
            let exit: FieldValues = [
                .target: node, .targetIncarnation: "0", .cause: "stopped", .status: "0",
                .accepted: records,
            ]
            try add("orchestrator", .exited, exit)
        }
        try add("orchestrator", .barrier)
    }

    // MARK: Work

    private mutating func work(until target: Int) throws {
        let begin = count
        let cut = (from: begin + (target - begin) / 3, to: begin + (target - begin) * 2 / 5)
        let fault: FieldValues = [
            .fault: "h1", .faultKind: "cut", .link: "server.2 -> server.3",
        ]
        var isCut = false
        var isHealed = false
        while count < target {
            let place = messages % clients.count
            let next = time + Self.period
            if messages % 997 == 90 { try renew(place) }
            if messages % 211 == 20 { try fail(place) }
            if messages % 53 == 7 { try decide() }
            try send(from: place)
            if !isCut, count >= cut.from {
                isCut = true
                try add("orchestrator", .faultIntended, fault)
                try add("orchestrator", .faultApplied, fault)
                try add("orchestrator", .faultVerified, fault)
            } else if isCut, !isHealed, count >= cut.to {
                isHealed = true
                try add("orchestrator", .faultHealed, fault)
                try add("orchestrator", .faultHealVerified, fault)
            }
            time = max(time, next)
        }
    }

    private mutating func send(from place: Int) throws {
        clients[place].sent += 1
        messages += 1
        let user = clients[place].user
        let text = "\(user)/\(Self.clients[place])-0/\(clients[place].sent)"
        let digest = Digest("\(seed) \(text)".utf8).description
        let session = clients[place].session
        underWay.append(Message(text: text, digest: digest, client: place))
        try add(
            Self.clients[place],
            .send,
            [.user: user, .message: text, .digest: digest, .session: session]
        )
        let server = Self.servers[place % Self.servers.count]
        try add(server, .stored, [.message: text, .count: "\(clients.count)"])
        for other in Self.servers where other != server {
            try add(server, .forwarded, [.message: text, .peer: other])
            try add(other, .stored, [.message: text, .count: "\(clients.count)"])
        }
        try add(Self.clients[place], .ack, [.user: user, .message: text, .session: session])
        if underWay.count >= Self.depth { try deliver(underWay.removeFirst()) }
    }

    private mutating func deliver(_ message: Message) throws {
        for place in clients.indices {
            let (user, session) = (clients[place].user, clients[place].session)
            let fields: FieldValues = [
                .user: user, .session: session, .message: message.text, .digest: message.digest,
            ]
            try add(Self.clients[place], .deliver, fields)
            clients[place].delivered += 1
            guard clients[place].delivered % 64 == 0 else { continue }
            let count = "\(clients[place].delivered)"
            try add(
                Self.clients[place],
                .confirmed,
                [.user: user, .session: session, .count: count]
            )
            let since = "\(time - 40_000)"
            try add(Self.clients[place], .alive, [.user: user, .session: session, .since: since])
        }
    }

    /// Delivers all that is under way.
    private mutating func flush() throws {
        while !underWay.isEmpty { try deliver(underWay.removeFirst()) }
    }

    private mutating func register(_ place: Int) throws {
        let operation = "o\(clients[place].operations)"
        clients[place].operations += 1
        let user = clients[place].user
        let secret = Digest(user: user, secret: "secret").description
        let invoke: FieldValues = [.operation: operation, .user: user, .secret: secret]
        try add(Self.clients[place], .register, invoke)
        try add("server.1", .registered, [.user: user])
        try add(Self.clients[place], .registerOK, [.operation: operation, .user: user])
    }

    private mutating func login(_ place: Int) throws {
        let operation = "o\(clients[place].operations)"
        clients[place].operations += 1
        clients[place].sessions += 1
        clients[place].session = "s\(place + 1).\(clients[place].sessions)"
        clients[place].delivered = 0
        let user = clients[place].user
        let secret = Digest(user: user, secret: "secret").description
        let server = Self.servers[place % Self.servers.count]
        let invoke: FieldValues = [.operation: operation, .user: user, .secret: secret]
        try add(Self.clients[place], .login, invoke)
        try add(server, .loginHeld, [.user: user])
        let fields: FieldValues = [
            .operation: operation, .user: user, .session: clients[place].session,
            .secret: secret, .resumes: "yes", .server: server,
        ]
        try add(Self.clients[place], .loginOK, fields)
    }

    /// A client logs out and in again.
    private mutating func renew(_ place: Int) throws {
        try flush()
        let (user, session) = (clients[place].user, clients[place].session)
        try add(Self.clients[place], .logout, [.user: user, .session: session])
        let ended: FieldValues = [.user: user, .session: session, .reason: "logout"]
        try add(Self.clients[place], .sessionEnded, ended)
        try login(place)
    }

    /// A send that certainly fails.
    private mutating func fail(_ place: Int) throws {
        clients[place].sent += 1
        let user = clients[place].user
        let text = "\(user)/\(Self.clients[place])-0/\(clients[place].sent)"
        let fields: FieldValues = [
            .user: user, .message: text, .digest: Digest(text.utf8).description,
            .session: clients[place].session,
        ]
        try add(Self.clients[place], .send, fields)
        let failed: FieldValues = [.user: user, .message: text, .reason: "refused"]
        try add(Self.clients[place], .sendFail, failed)
    }

    /// A server decides by chance whether a newcomer goes elsewhere.
    private mutating func decide() throws {
        let isRedirected = random.chance(1, in: 2)
        let fields: FieldValues = [
            .newcomer: "client", .load: "15", .loadMin: "10", .loadMax: "20", .eligible: "2",
            .outcome: isRedirected ? "redirected" : "stayed",
        ]
        try add(Self.servers[messages % Self.servers.count], .redirectDecided, fields)
    }
}
