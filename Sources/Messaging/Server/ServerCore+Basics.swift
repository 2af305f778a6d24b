import Evidence

extension ServerCore {
    /// The one timer: everything that waits is looked at so often.
    static let tickTimer = TimerID(kind: 1)

    var hold: Duration { configuration.hold }
    var tickEvery: Duration { hold / 20 }
    var ownPlace: ServerPlace {
        ServerPlace(id: id, address: configuration.address, load: Int64(load))
    }
    /// The sessions of this server, without those of clients that will be sent elsewhere.
    var load: Int { sessions.count - leaving }

    /// The epoch as records name it: where sides go on alone its master belongs to it.
    var epochText: String {
        switch configuration.registration {
        case .quorum: EpochText.text(number: epoch.number, master: nil)
        case .available:
            EpochText.text(
                number: epoch.number,
                master: epoch.number == 0 ? nil : epoch.master.name
            )
        }
    }

    /// What stamps carry: the wall clock.
    var stamp: Int64 { (now + configuration.wallClockOffset).nanoseconds }
    /// How many votes decide.
    var majority: Int { has(.quorum) ? epoch.majority : 1 }

    /// Whether a mechanism is on, as all are but in tests of them.
    func has(_ mechanism: Mechanisms) -> Bool { configuration.mechanisms.contains(mechanism) }

    mutating func mark(_ mark: Mark) { marks.insert(mark) }

    mutating func setTick() {
        effects.append(.setTimer(Self.tickTimer, after: tickEvery))
    }

    mutating func number() -> Int64 {
        lastNumber += 1
        return lastNumber
    }

    mutating func record(_ kind: EventKind, _ fields: FieldValues) {
        effects.append(.record(kind, fields))
    }

    mutating func setRole(_ role: ServerRole, reason: String? = nil) {
        self.role = role
        var fields: FieldValues = [.role: role.rawValue, .epoch: epochText]
        if let reason { fields[.reason] = reason }
        record(.roleChanged, fields)
    }

    mutating func becomeReady() {
        guard !isReady else { return }
        isReady = true
        effects.append(.ready)
    }

    mutating func send(_ connection: ConnectionID, _ frame: Frame) {
        effects.append(.send(connection, frame))
    }

    /// Asks the supervisor, which may be this server. What no supervisor hears is asked again when
    /// there is one.
    mutating func ask(_ request: PeerRequest) {
        switch upstream {
        case .local: work.append(.request(request))
        case .remote(let connection, _): send(connection, request.frame())
        case .none: break
        }
    }

    /// Answers a server whose clients we answer for, which may be this one.
    mutating func answer(_ server: ServerID, _ reply: PeerReply) {
        if server == id {
            work.append(.reply(reply))
        } else if let peer = peers[server] {
            send(peer.connection, reply.frame())
        }
    }

    /// Tells another super-peer, or this one.
    mutating func tell(_ server: ServerID, _ message: MeshMessage) {
        if server == id {
            work.append(.mesh(message))
        } else if let link = links[server] {
            send(link.connection, message.frame())
        }
    }

    /// Tells all super-peers that are linked.
    mutating func tellAll(_ message: MeshMessage) {
        let connections = linkedServers.compactMap { links[$0]?.connection }
        guard !connections.isEmpty else { return }
        effects.append(.broadcast(connections, message.frame()))
    }

    /// The super-peers that are linked, in a fixed order.
    var linkedServers: [ServerID] {
        links.values.filter(\.isLinked).map(\.place.id).sorted()
    }

    func isLinked(_ server: ServerID) -> Bool {
        links[server]?.isLinked ?? false
    }

    /// Looks at everything that waits.
    mutating func tick() {
        let wasStalled = now - lastTick > tickEvery + hold / 4
        lastTick = now
        setTick()
        // After a pause of this process what others sent meanwhile is still to be read.
        if !wasStalled { closeSilent() }
        flushLimits()
        noteLife()
        watchJoin()
        watchDials()
        watchClients()
        watchProbes()
        flushDeliveries()
        guard role != .peer else { return }
        settleLosses()
        watchSessions()
        watchLogins()
        flushAcknowledgements()
        watchRegistrations()
        considerEpoch()
        considerRaising()
        considerRisen()
        dropOld()
        if configuration.ordering == .total {
            proposeAgain()
            watchWaiting()
        }
        if now >= nextAnnouncement { announce() }
    }
}

/// Something that a server says to itself.
enum Work: Sendable {
    case request(PeerRequest)
    case reply(PeerReply)
    case mesh(MeshMessage)
}

/// Whom this server's clients depend on.
enum Upstream: Sendable, Hashable {
    /// Nobody for now.
    case none
    /// Another server.
    case remote(ConnectionID, ServerID)
    /// This server itself: it is a super-peer.
    case local
}

/// What is done once an entry of the log is held.
enum HeldWaiter: Sendable {
    case login(SessionID)
    case anonymous(server: ServerID, session: SessionID)
    case deliveries(server: ServerID, session: SessionID, batch: Int64)
    case registration(Int64)
}

/// A super-peer that this one knows, linked or not.
struct KnownServer: Sendable {
    var place: ServerPlace
    /// When it may be called.
    var nextDial: Instant
}
