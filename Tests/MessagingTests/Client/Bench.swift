import Evidence
import Messaging
import Testing

/// Runs a client core without sockets: the test plays server and clock.
struct Bench<Core: ProtocolCore> {
    var core: Core
    var now = Instant(nanoseconds: 1_000_000_000)
    /// The dials that wait for an answer.
    var dials: [(id: DialID, address: Address)] = []
    /// What was sent on each connection and not yet taken by `sent`.
    var outgoing: [ConnectionID: [ClientRequest]] = [:]
    var open: Set<ConnectionID> = []
    var aborted: [ConnectionID] = []
    /// All records, with their times.
    var records: [(kind: EventKind, fields: FieldValues, time: Instant)] = []
    /// All effects but timers, as words, in order.
    var log: [String] = []
    var exitCode: Int32?
    var isReady = false
    var shown: [String] = []
    /// So many lines of the input were asked for.
    var turns = 0

    private var timers: [(id: TimerID, at: Instant)] = []
    private var lastConnection: Int64 = 0

    init(_ core: Core) {
        self.core = core
    }

    mutating func tell(_ event: Event) {
        take(core.receive(event, now: now))
        core.checkInvariants()
    }

    mutating func take(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let id, let frame):
                send(frame, to: id)
            case .broadcast(let ids, let frame):
                for id in ids { send(frame, to: id) }
            case .close(let id):
                open.remove(id)
                log.append("close")
            case .abort(let id):
                open.remove(id)
                aborted.append(id)
                log.append("abort")
            case .dial(let id, let address):
                dials.append((id, address))
                log.append("dial \(address)")
            case .allow, .setReading, .confirmWritten:
                Issue.record("no order of a client")
            case .setTimer(let id, let after):
                timers.removeAll { $0.id == id }
                timers.append((id, now + after))
            case .cancelTimer(let id):
                timers.removeAll { $0.id == id }
            case .record(let kind, let fields, let at):
                check(kind, fields)
                records.append((kind, fields, at ?? now))
                log.append(kind.rawValue)
            case .store, .hash:
                Issue.record("a client has no disk and no secrets of others")
            case .show(let line):
                shown.append(line)
            case .takeLine:
                turns += 1
            case .ready:
                isReady = true
            case .exit(let code):
                exitCode = code
            }
        }
    }

    private mutating func send(_ frame: Frame, to id: ConnectionID) {
        guard open.contains(id), let request = try? ClientRequest(line: frame.bytes.dropLast())
        else {
            Issue.record("sent to a closed connection, or no client's message")
            return
        }
        outgoing[id, default: []].append(request)
        log.append(Self.word(request))
    }

    private func check(_ kind: EventKind, _ fields: FieldValues) {
        let schema = EventSchema(kind)
        for field in schema.required {
            #expect(fields[field] != nil, "\(kind.rawValue) must carry \(field.rawValue)")
        }
        for (field, _) in fields.pairs {
            let isKnown = schema.required.contains(field) || schema.optional.contains(field)
            #expect(isKnown, "\(kind.rawValue) must not carry \(field.rawValue)")
        }
    }

    /// Lets time pass; timers fire when they are due, in order.
    mutating func advance(_ duration: Duration) {
        let end = now + duration
        while let next = timers.min(by: { ($0.at, $0.id.kind) < ($1.at, $1.id.kind) }),
            next.at <= end
        {
            timers.removeAll { $0.id == next.id }
            now = max(now, next.at)
            tell(.timer(next.id))
        }
        now = end
    }

    /// Lets time pass as if the process had been stopped: no timer fires in it.
    mutating func freeze(_ duration: Duration) {
        now = now + duration
    }

    /// Lets the oldest dial succeed.
    @discardableResult
    mutating func accept() throws -> ConnectionID {
        try #require(!dials.isEmpty, "no dial waits")
        let dial = dials.removeFirst()
        lastConnection += 1
        let id = ConnectionID(lastConnection)
        open.insert(id)
        tell(.connected(id, dial.id))
        return id
    }

    /// Lets the oldest dial fail.
    mutating func refuse() throws {
        try #require(!dials.isEmpty, "no dial waits")
        tell(.dialFailed(dials.removeFirst().id, reason: "refused"))
    }

    mutating func say(_ reply: ServerReply, on id: ConnectionID) {
        tell(.received(id, line: Array(reply.frame().bytes.dropLast())))
    }

    mutating func hangUp(_ id: ConnectionID) {
        open.remove(id)
        tell(.closed(id, reason: .ended))
    }

    /// What was sent on a connection since the last time.
    mutating func sent(_ id: ConnectionID) -> [ClientRequest] {
        outgoing.removeValue(forKey: id) ?? []
    }

    func all(_ kind: EventKind) -> [FieldValues] {
        records.filter { $0.kind == kind }.map(\.fields)
    }

    func times(_ kind: EventKind) -> [Instant] {
        records.filter { $0.kind == kind }.map(\.time)
    }

    private static func word(_ request: ClientRequest) -> String {
        switch request {
        case .register: "REGISTER"
        case .login: "LOGIN"
        case .logout: "LOGOUT"
        case .activityMessage(_, _, _, let place): "ACTIVITY_MESSAGE \(place?.number ?? 0)"
        case .deliveryAck(let count): "DELIVERY_ACK \(count)"
        case .heartbeat: "HEARTBEAT"
        case .who: "WHO"
        case .invalidMessage: "INVALID_MESSAGE"
        }
    }
}

extension Bench where Core == ClientCore {
    /// A client of `ann` that knows two servers.
    init(_ change: (inout ClientConfiguration) -> Void = { _ in }) {
        var configuration = ClientConfiguration(
            user: "ann",
            secret: "secret",
            client: "c",
            servers: [Address(host: "s1", port: 1), Address(host: "s2", port: 2)]
        )
        configuration.registers = false
        change(&configuration)
        self.init(ClientCore(configuration))
    }

    mutating func order(_ body: (inout ClientCore, Instant) -> Void) {
        body(&core, now)
        take(core.takeEffects())
        core.checkInvariants()
    }

    /// Logs in at the next server.
    mutating func logIn(accepted: Int64 = 0) throws -> ConnectionID {
        order { $0.logIn(now: $1) }
        return try acceptLogin(accepted: accepted)
    }

    /// Answers the next dial and the LOGIN on it with success.
    mutating func acceptLogin(accepted: Int64 = 0) throws -> ConnectionID {
        let id = try accept()
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: accepted)
        let resumes = core.configuration.resumes
        say(.loginSuccess(info: "ok", grant: resumes ? grant : nil), on: id)
        if !resumes { advance(.milliseconds(150)) }
        return id
    }

    /// Sends a broadcast from a workload client to this one.
    mutating func broadcast(_ number: Int64, from user: String = "bob", on id: ConnectionID) {
        let identity = MessageIdentity(user: user, stream: "b.1", number: number)
        let content = OrdealBody(identity: identity, body: "text \(number)")
        let place = StreamPlace(stream: "b.1", number: number)
        let activity = content.activity.authenticated(as: user)
        say(.activityBroadcast(activity: activity, sender: user, place: place), on: id)
    }
}
