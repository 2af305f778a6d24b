public import Evidence

/// Counts, while a run goes on, what the drain still waits for.
///
/// It takes records as they are read, in the journal's order, and tolerates what is missing or late. It
/// is no checker: it follows D1's rules for who is owed a message, but takes a user with an open session
/// as present. Adding a record takes constant time; `outstanding()` takes one step for each (message
/// not yet delivered to all who were there, session), so it is cheap once the drain is under way.
public struct OutstandingTracker: Sendable {
    /// What is outstanding.
    public struct Outstanding: Sendable, Hashable {
        /// (message, user) pairs that are owed and not yet delivered.
        public var deliveries: Int
        /// Sends whose clients still run and that have no completion.
        public var sends: Int

        /// Both together.
        public var total: Int { deliveries + sends }
    }

    /// How many deliveries and completions were seen; while it stands still, nothing moves.
    public private(set) var movements = 0

    private let hold: Duration
    private let echo: Bool
    private var sessions: [Session] = []
    private var sessionsByID: [SessionKey: Int] = [:]
    private var users: [User] = []
    private var usersByName: [String: Int] = [:]
    private var messages: [Message] = []
    private var messagesByText: [String: Int] = [:]
    private var unresolved: [Int] = []
    private var pending: [NodeIncarnation: Set<Int>] = [:]

    private struct SessionKey: Hashable {
        let writer: NodeIncarnation
        let id: String
    }

    private struct Session {
        let user: Int
        let writer: NodeIncarnation
        var opened: Instant?
        var resumes = false
        var end: Instant?
        var lastAlive: Instant?
    }

    private struct User {
        let name: String
        var open = 0
    }

    private struct Message {
        var sender: Int?
        var invoke: Instant?
        var session: String?
        var ok: Instant?
        var delivered: [Int] = []
    }

    /// Makes a tracker with the system's `hold`; `echo` is whether senders get their own messages.
    public init(hold: Duration, echo: Bool = true) {
        self.hold = hold
        self.echo = echo
    }

    /// Takes the next record.
    public mutating func add(_ record: Record) {
        let writer = NodeIncarnation(node: record.node, incarnation: record.incarnation)
        switch record.event {
        case .loginOK: open(record, writer)
        case .logout, .sessionEnded: end(session(record, writer), at: record.time)
        case .closed: end(writer, at: record.time)
        case .exited:
            guard let target = record[.target], let number = record.integer(.targetIncarnation)
            else { return }
            end(NodeIncarnation(node: target, incarnation: Int(number)), at: record.time)
        case .alive:
            guard let since = record.integer(.since) else { return }
            showAlive(session(record, writer), at: Instant(nanoseconds: since))
        case .send: send(record, writer)
        case .ack, .sendFail, .sendInfo: complete(record, writer)
        case .deliver: deliver(record, writer)
        case .started, .register, .registerOK, .registerFail, .registerInfo, .login, .loginFail,
            .loginInfo, .streamStarted, .deliverBatch, .confirmed, .listening, .roleChanged,
            .epochChanged,
            .peerRaised, .peerAdmitted, .peerRefused, .peerListed, .peerLost, .linkLost,
            .supervisorChanged, .supervisorLost, .redirectDecided, .registered,
            .loginHeld, .stored, .forwarded, .acknowledged, .dropped, .storeFailed, .limitExceeded,
            .runStarted,
            .runCutShort,
            .phase, .spawned, .ready, .output, .faultIntended, .faultApplied, .faultVerified,
            .faultHealed, .faultHealVerified, .faultFailed, .faultUnexercised, .drainEnded,
            .journalRestarted, .barrier, .linkCut, .linkHealed, .messageDropped,
            .messageDuplicated, .messageReordered:
            break
        }
    }

    /// What is outstanding by the records so far.
    public mutating func outstanding() -> Outstanding {
        var result = Outstanding(
            deliveries: 0,
            sends: pending.values.reduce(0) { $0 + $1.count }
        )
        var delivered = [Int](repeating: -1, count: users.count)
        var left: [Int] = []
        for place in unresolved {
            let message = messages[place]
            guard let invoke = message.invoke, let ok = message.ok else { continue }
            for user in message.delivered {
                delivered[user] = place
            }
            var mayStillBeOwed = false
            for session in sessions where delivered[session.user] != place {
                guard let opened = session.opened, opened < invoke,
                    session.end.map({ ok < $0 }) ?? true,
                    echo || session.user != message.sender
                else { continue }
                mayStillBeOwed = true
                let isCertain = session.lastAlive.map { ok < $0 + hold } ?? false
                let isPresent = session.resumes ? users[session.user].open > 0 : session.end == nil
                if isCertain, isPresent {
                    delivered[session.user] = place
                    result.deliveries += 1
                }
            }
            if mayStillBeOwed {
                left.append(place)
            }
        }
        unresolved = left
        return result
    }

    // MARK: Sessions

    private mutating func session(_ record: Record, _ writer: NodeIncarnation) -> Int {
        let id = record[.session] ?? ""
        let key = SessionKey(writer: writer, id: id)
        if let known = sessionsByID[key] { return known }
        let name = record[.user] ?? ""
        let user = user(
            name == History.anonymous ? "\(name)@\(writer.node)/\(writer.incarnation)/\(id)" : name
        )
        sessionsByID[key] = sessions.count
        sessions.append(Session(user: user, writer: writer))
        return sessions.count - 1
    }

    private mutating func user(_ name: String) -> Int {
        if let known = usersByName[name] { return known }
        usersByName[name] = users.count
        users.append(User(name: name))
        return users.count - 1
    }

    private mutating func open(_ record: Record, _ writer: NodeIncarnation) {
        let place = session(record, writer)
        guard sessions[place].opened == nil else { return }
        sessions[place].opened = record.time
        sessions[place].resumes = record[.resumes] == "yes" && record[.user] != History.anonymous
        users[sessions[place].user].open += 1
    }

    private mutating func end(_ place: Int, at time: Instant) {
        guard sessions[place].end == nil else { return }
        sessions[place].end = time
        if sessions[place].opened != nil {
            users[sessions[place].user].open -= 1
        }
    }

    private mutating func end(_ writer: NodeIncarnation, at time: Instant) {
        for place in sessions.indices where sessions[place].writer == writer {
            end(place, at: time)
        }
        pending[writer] = nil
    }

    private mutating func showAlive(_ place: Int, at time: Instant) {
        guard let opened = sessions[place].opened, opened <= time else { return }
        sessions[place].lastAlive = max(sessions[place].lastAlive ?? time, time)
    }

    // MARK: Messages

    private mutating func message(_ record: Record) -> Int? {
        guard let text = record[.message] else { return nil }
        if let known = messagesByText[text] { return known }
        messagesByText[text] = messages.count
        messages.append(Message())
        return messages.count - 1
    }

    private mutating func send(_ record: Record, _ writer: NodeIncarnation) {
        guard let place = message(record), messages[place].invoke == nil else { return }
        messages[place].invoke = record.time
        messages[place].session = record[.session]
        if let id = record[.session],
            let session = sessionsByID[SessionKey(writer: writer, id: id)]
        {
            messages[place].sender = sessions[session].user
        } else if let name = record[.user], name != History.anonymous {
            messages[place].sender = user(name)
        }
        if messages[place].ok == nil {
            pending[writer, default: []].insert(place)
        }
    }

    private mutating func complete(_ record: Record, _ writer: NodeIncarnation) {
        guard let place = message(record) else { return }
        movements += 1
        pending[writer]?.remove(place)
        guard record.event == .ack, messages[place].ok == nil else { return }
        messages[place].ok = record.time
        unresolved.append(place)
        if let invoke = messages[place].invoke, let id = record[.session],
            id == messages[place].session
        {
            showAlive(session(record, writer), at: invoke)
        }
    }

    private mutating func deliver(_ record: Record, _ writer: NodeIncarnation) {
        guard let place = message(record) else { return }
        movements += 1
        let session = session(record, writer)
        messages[place].delivered.append(sessions[session].user)
        if let invoke = messages[place].invoke {
            showAlive(session, at: invoke)
        }
    }
}
