import Evidence

@testable import Messaging

/// Several server cores that talk to each other, step by step: every line takes one millisecond.
///
/// Links between servers can be cut so that nothing arrives; servers can be killed. Clients are
/// connections that a test speaks over itself.
struct ClusterHarness {
    /// A client's connection to a server.
    struct Client: Hashable {
        let server: Int
        let connection: ConnectionID
    }

    private struct End: Hashable {
        var server: Int
        var connection: ConnectionID
    }

    private struct Parcel {
        var at: Instant
        var to: Int
        var event: Event
    }

    /// The cores by number; one that was killed is none.
    private(set) var cores: [Int: ServerCore] = [:]
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    /// All records, with the server that wrote them.
    private(set) var records: [(server: Int, kind: EventKind, fields: FieldValues)] = []
    /// All lines between servers, by their commands.
    private(set) var commands: [String: Int] = [:]
    private(set) var closed: Set<Client> = []
    /// What is on the servers' disks, where they have any.
    var disks: [Int: StoreContents] = [:]
    /// Directed links that let nothing through.
    var cuts: Set<[Int]> = []
    /// Commands between servers that never arrive.
    var lostCommands: Set<String> = []
    /// Commands between servers whose lines are kept.
    var linesKept: Set<String> = []
    private(set) var kept: [String] = []

    private var parcels: [Parcel] = []
    /// What a cut holds back, by its directed link, in order.
    private var stalled: [(link: [Int], event: Event)] = []
    private var ends: [End: End] = [:]
    private var lines: [Client: [String]] = [:]
    private var lastConnection: Int64 = 0
    private var timers: [Int: Instant] = [:]
    private let secret = "s3cret"
    private let isDurable: Bool
    private let change: (inout ServerConfiguration) -> Void

    /// Makes a cluster without servers; `change` sets what is not a default.
    init(durable: Bool = false, change: @escaping (inout ServerConfiguration) -> Void = { _ in }) {
        isDurable = durable
        self.change = change
    }

    /// A cluster of servers that joined one after the other and are settled.
    static func settled(
        _ servers: Int,
        durable: Bool = false,
        change: @escaping (inout ServerConfiguration) -> Void = { _ in }
    ) -> ClusterHarness {
        var cluster = ClusterHarness(durable: durable, change: change)
        for server in 1...servers {
            cluster.start(server, joining: server == 1 ? [] : [1])
            cluster.pass(.seconds(1))
        }
        cluster.pass(.seconds(4))
        return cluster
    }

    static func address(_ server: Int) -> Address { Address(host: "10.0.0.\(server)", port: 1) }

    // MARK: Servers

    mutating func start(_ server: Int, joining remotes: [Int], secret: String? = nil) {
        var configuration = ServerConfiguration(
            name: "server.\(server)",
            address: Self.address(server),
            remotes: remotes.map(Self.address),
            secret: secret ?? self.secret
        )
        configuration.seed = UInt64(server)
        change(&configuration)
        cores[server] = core(configuration, disk: disks[server] ?? StoreContents())
        tell(server, .started)
    }

    private func core(_ configuration: ServerConfiguration, disk: StoreContents) -> ServerCore {
        guard isDurable else { return ServerCore(configuration: configuration) }
        do throws(DiskError) {
            return try ServerCore(configuration: configuration, disk: disk)
        } catch {
            preconditionFailure("\(configuration.name) must understand its disk: \(error)")
        }
    }

    /// A server dies, its disk stays; others see their connections to it reset.
    mutating func kill(_ server: Int) {
        cores[server] = nil
        timers[server] = nil
        parcels.removeAll { $0.to == server }
        let own = ends.filter { $0.key.server == server }
        for (end, other) in own.sorted(by: { $0.key.connection < $1.key.connection }) {
            ends[end] = nil
            ends[other] = nil
            post(.closed(other.connection, reason: .failed("reset")), to: other.server)
        }
    }

    /// Cuts all links between two groups, both ways.
    mutating func part(_ one: [Int], _ other: [Int]) {
        for left in one {
            for right in other { cuts.formUnion([[left, right], [right, left]]) }
        }
    }

    /// Ends all cuts: what they held back arrives.
    mutating func heal() {
        cuts = []
        for (link, event) in stalled { post(event, to: link[1]) }
        stalled = []
    }

    func role(_ server: Int) -> ServerRole? { cores[server]?.role }

    func servers(_ role: ServerRole) -> [Int] {
        cores.keys.sorted().filter { cores[$0]?.role == role }
    }

    func number(of id: ServerID?) -> Int? {
        cores.keys.sorted().first { cores[$0]?.id == id }
    }

    /// The voters of the epoch that a server is in.
    func voters(of server: Int) -> [Int] {
        (cores[server]?.epoch.voters ?? []).compactMap { number(of: $0) }
    }

    /// The records of one kind, as `server: field field …`.
    func texts(_ kind: EventKind, _ fields: Field...) -> [String] {
        records.filter { $0.kind == kind }.map { record in
            "\(record.server): " + fields.map { record.fields[$0] ?? "-" }.joined(separator: " ")
        }
    }

    mutating func forgetRecords() {
        records = []
        commands = [:]
    }

    // MARK: Clients

    mutating func connect(to server: Int) -> Client {
        let client = Client(server: server, connection: nextConnection())
        tell(server, .connected(client.connection, nil))
        return client
    }

    mutating func say(_ client: Client, _ line: String) {
        tell(client.server, .received(client.connection, line: Array(line.utf8)))
    }

    /// What a client was sent since the last time.
    mutating func take(_ client: Client) -> [String] {
        lines.removeValue(forKey: client) ?? []
    }

    /// Registers a name at a server; gives the answer's command, or nothing where it was closed.
    mutating func register(_ user: String, _ secret: String = "x", at server: Int) -> String {
        let client = connect(to: server)
        say(client, #"{"command":"REGISTER","username":"\#(user)","secret":"\#(secret)"}"#)
        pass(.seconds(1))
        let answer = take(client).first
        tell(server, .closed(client.connection, reason: .ended))
        return answer.map(command) ?? ""
    }

    /// Logs a user in as a stock client, or as one of ours where it has an id.
    mutating func logIn(
        _ user: String,
        _ secret: String = "x",
        at server: Int,
        client id: String? = nil
    ) -> Client {
        let client = connect(to: server)
        var line = #"{"command":"LOGIN","username":"\#(user)","secret":"\#(secret)""#
        if let id {
            line += #","extensions":1,"client":"\#(id)","stream":"\#(id).1","acknowledged":0"#
        }
        say(client, line + "}")
        return client
    }

    /// A client's connection breaks.
    mutating func vanish(_ client: Client) {
        tell(client.server, .closed(client.connection, reason: .failed("reset")))
    }

    /// A stock client sends an object.
    mutating func send(
        _ activity: String,
        as user: String,
        _ secret: String = "x",
        over client: Client
    ) {
        say(
            client,
            #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"\#(secret)","#
                + #""activity":\#(activity)}"#
        )
    }

    func command(_ line: String) -> String {
        let rest = line.dropFirst(#"{"command":""#.count)
        return String(rest.prefix { $0 != "\"" })
    }

    // MARK: Time

    /// Lets time pass.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while true {
            let timer = timers.min { ($0.value, $0.key) < ($1.value, $1.key) }
            let parcel = parcels.first
            let next = [timer?.value, parcel?.at].compactMap(\.self).min()
            guard let next, next <= end else { break }
            now = max(now, next)
            if let parcel, parcel.at <= next {
                parcels.removeFirst()
                tell(parcel.to, parcel.event)
            } else if let timer {
                timers[timer.key] = nil
                tell(timer.key, .timer(TimerID(kind: 1)))
            }
        }
        now = end
    }

    private mutating func post(_ event: Event, to server: Int) {
        parcels.append(Parcel(at: now + .milliseconds(1), to: server, event: event))
    }

    private mutating func post(_ event: Event, from server: Int, to other: Int) {
        if cuts.contains([server, other]) {
            stalled.append(([server, other], event))
        } else {
            post(event, to: other)
        }
    }

    private mutating func nextConnection() -> ConnectionID {
        lastConnection += 1
        return ConnectionID(lastConnection)
    }

    private mutating func tell(_ server: Int, _ event: Event) {
        guard let effects = cores[server]?.receive(event, now: now) else { return }
        cores[server]?.checkInvariants()
        for effect in effects { perform(effect, of: server) }
    }

    private mutating func perform(_ effect: Effect, of server: Int) {
        switch effect {
        case .send(let connection, let frame):
            pass(frame, over: [connection], of: server)
        case .broadcast(let connections, let frame):
            pass(frame, over: connections, of: server)
        case .close(let connection), .abort(let connection):
            close(connection, of: server)
        case .dial(let dial, let address):
            self.dial(dial, address, of: server)
        case .setTimer(_, let after):
            timers[server] = now + after
        case .record(let kind, let fields, _):
            records.append((server, kind, fields))
        case .hash(let ticket, let request):
            post(.hashed(ticket, "hash of \(request.secret)"), to: server)
        case .store(let ticket, let operations):
            for operation in operations {
                disks[server, default: StoreContents()].apply(operation)
            }
            post(.stored(ticket), to: server)
        case .confirmWritten(let connection):
            post(.written(connection), to: server)
        case .allow, .setReading, .cancelTimer, .show, .takeLine, .ready, .exit:
            break
        }
    }

    private mutating func pass(_ frame: Frame, over connections: [ConnectionID], of server: Int) {
        let lines = frame.bytes.split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
        for connection in connections {
            for line in lines { pass(line, over: connection, of: server) }
        }
    }

    private mutating func pass(_ text: String, over connection: ConnectionID, of server: Int) {
        guard let other = ends[End(server: server, connection: connection)] else {
            lines[Client(server: server, connection: connection), default: []].append(text)
            return
        }
        let name = command(text)
        commands[name, default: 0] += 1
        if linesKept.contains(name) { kept.append(text) }
        guard !lostCommands.contains(name) else { return }
        let event = Event.received(other.connection, line: Array(text.utf8))
        post(event, from: server, to: other.server)
    }

    private mutating func close(_ connection: ConnectionID, of server: Int) {
        let end = End(server: server, connection: connection)
        guard let other = ends.removeValue(forKey: end) else {
            closed.insert(Client(server: server, connection: connection))
            return
        }
        ends[other] = nil
        post(.closed(other.connection, reason: .ended), from: server, to: other.server)
    }

    private mutating func dial(_ dial: DialID, _ address: Address, of server: Int) {
        let target = cores.keys.sorted().first { Self.address($0) == address }
        guard let target else {
            post(.dialFailed(dial, reason: "nobody is there"), to: server)
            return
        }
        guard cuts.isDisjoint(with: [[server, target], [target, server]]) else { return }
        let near = End(server: server, connection: nextConnection())
        let far = End(server: target, connection: nextConnection())
        ends[near] = far
        ends[far] = near
        post(.connected(far.connection, nil), to: target)
        post(.connected(near.connection, dial), to: server)
    }
}
