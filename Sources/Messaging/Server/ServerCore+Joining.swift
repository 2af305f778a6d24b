import DequeModule
import Evidence

extension ServerCore {
    /// Tells a server that we called who we are.
    mutating func introduce(to purpose: DialPurpose, over connection: ConnectionID) {
        var introduction = JoinMessage.Introduction(
            secret: configuration.secret,
            place: ownPlace,
            expected: nil,
            sessionCount: 0,
            ordering: configuration.ordering.rawValue
        )
        switch purpose {
        case .attach:
            attachments += 1
            introduction.sessionCount = Int64(adoptions().count)
        case .link(let place):
            introduction.expected = place.id
            introduction.serves = role.serves
        }
        send(connection, JoinMessage.authenticate(introduction).frame())
    }

    /// A server called us.
    mutating func admit(_ introduction: JoinMessage.Introduction, over connection: ConnectionID) {
        mark(.joinAsked)
        let place = introduction.place
        let fingerprint = Digest(user: "cluster", secret: introduction.secret).description
        guard showsSecret(introduction.secret, place.id.name, over: connection) else { return }
        if let info = mismatch(introduction) {
            record(.peerRefused, [.peer: place.id.name, .secret: fingerprint, .reason: info])
            send(connection, JoinMessage.authenticationFail(info: info).frame())
            drop(connection, "settings differ")
            return
        }
        allowServer(connection)
        record(.peerAdmitted, [.peer: place.id.name, .secret: fingerprint])
        supersede(place)
        let isForUs = introduction.expected == id && place.id != id
        switch (introduction.expected != nil, role) {
        case (true, _) where !isForUs, (true, .peer):
            mark(.callForAnother)
            // We are another one than the caller takes us for, or no super-peer any more.
            sendElsewhere(connection, superPeerHere)
        case (true, .transition), (true, .superPeer), (true, .master):
            mark(.linkAccepted)
            acceptLink(place, serves: introduction.serves, over: connection)
        case (false, .peer), (false, .transition):
            if let supervisor = superPeerHere, supervisor.id != place.id {
                mark(.sentToSupervisor)
                sendElsewhere(connection, supervisor)
            } else {
                mark(.notJoined)
                drop(connection, "not joined")
            }
        case (false, .superPeer), (false, .master):
            if let other = serverRedirect(for: introduction) {
                mark(.serverRedirected)
                sendElsewhere(connection, other)
            } else {
                mark(.peerAccepted)
                acceptPeer(introduction, over: connection)
            }
        }
    }

    /// Whether a server or an operator shows the cluster secret; refused and closed where not.
    mutating func showsSecret(
        _ secret: String,
        _ name: String,
        over connection: ConnectionID
    ) -> Bool {
        guard !Credential.areEqual(configuration.secret, secret) else { return true }
        let fingerprint = Digest(user: "cluster", secret: secret).description
        record(.peerRefused, [.peer: name, .secret: fingerprint, .reason: "wrong secret"])
        let info = WireError("the supplied secret is incorrect: \(secret)").info
        send(connection, JoinMessage.authenticationFail(info: info).frame())
        drop(connection, "wrong secret")
        return false
    }

    /// An operator asks us to decide the next epoch alone.
    mutating func takeOver(_ secret: String, over connection: ConnectionID) {
        guard showsSecret(secret, "operator", over: connection) else { return }
        let answer: JoinMessage
        if let info = takeOver() {
            answer = .takeOverFailed(info: info)
        } else {
            answer = .takenOver(epoch: epoch.number)
        }
        send(connection, answer.frame())
        drop(connection, "answered an operator")
    }

    /// The super-peer that serves here: this one, or a peer's supervisor.
    private var superPeerHere: ServerPlace? {
        if role.serves { return ownPlace }
        guard case .remote(_, let supervisor) = upstream, let address = supervisorAddress else {
            return nil
        }
        return ServerPlace(id: supervisor, address: address)
    }

    private mutating func sendElsewhere(_ connection: ConnectionID, _ superPeer: ServerPlace?) {
        let address = superPeer?.address ?? configuration.address
        let message = JoinMessage.redirect(from: id, to: address, superPeer: superPeer?.id)
        send(connection, message.frame())
        drop(connection, "sent elsewhere")
    }

    private mutating func acceptPeer(
        _ introduction: JoinMessage.Introduction,
        over connection: ConnectionID
    ) {
        let place = introduction.place
        if let old = peers[place.id] { sever(old.connection, "called again") }
        setPhase(connection, .peer(place.id))
        peers[place.id] = PeerBelow(place: place, connection: connection)
        record(.peerListed, [.peer: place.id.name])
        send(connection, JoinMessage.admitted(ownPlace, serves: role.serves).frame())
        announceBelow([place.id])
    }

    /// A server that we called answered.
    mutating func answered(
        _ message: JoinMessage,
        _ purpose: DialPurpose,
        over connection: ConnectionID
    ) {
        switch (message, purpose) {
        case (.admitted(let place, _), .attach) where rising?.isReturn ?? false:
            // Whoever admits peers is a super-peer: with that one we want a link.
            learn([place])
            drop(connection, "to be linked")
            callOthers()
        case (.admitted(let place, _), .attach):
            guard case .none = upstream, role == .peer else {
                connections[connection] = nil
                effects.append(.close(connection))
                return
            }
            mark(.joinAdmitted)
            if upstreamLostAt != nil { mark(.reattached) }
            setPhase(connection, .supervisor(place.id))
            supervisorAddress = place.address
            upstream = .remote(connection, place.id)
            allowServer(connection)
            record(.supervisorChanged, [.peer: place.id.name])
            attached()
        case (.admitted(let place, let serves), .link(let wanted)):
            if place.id == wanted.id {
                allowServer(connection)
                linkAnswered(place, serves: serves, over: connection)
            } else {
                // Whoever is called by another one's id sends the caller elsewhere.
                refuse(connection, "AUTHENTICATE_SUCCESS must have \"id\": \(wanted.id)")
            }
        case (.redirect(let from, let address, _), .attach):
            mark(.joinRedirected)
            if from != id, address != configuration.address { joinNext = address }
            nextJoin = now
            drop(connection, "sent elsewhere")
        case (.redirect(let from, let address, let superPeer), .link(let wanted)):
            if from != wanted.id { isNoMore(wanted.id) }
            drop(connection, "no super-peer")
            // Its side may be one that nobody else leads us to.
            if let superPeer { learn([ServerPlace(id: superPeer, address: address)]) }
        case (.authenticationFail(let info), let purpose):
            record(.peerRefused, [.peer: "ourselves", .reason: info])
            showOnce("the system that this server would join refuses it: \(info)")
            drop(connection, "refused")
            if case .attach(let address) = purpose { refused(by: address) }
        case (.authenticate, _), (.takeOver, _), (.takenOver, _), (.takeOverFailed, _):
            refuse(connection, "no answer to AUTHENTICATE came in answer to it")
        }
    }

    /// Where each server that it may join refuses one that never belonged to the system, it ends: no waiting
    /// gives it another secret or ordering.
    private mutating func refused(by address: Address) {
        refusers.insert(address)
        guard !isReady, lives == 1, refusers.isSuperset(of: configuration.remotes) else { return }
        mark(.refusedByAll)
        effects.append(
            .show(
                "each server that it may join refuses it: start it with their --secret and --ordering"
            )
        )
        isStopping = true
        effects.append(.exit(Self.refusedCode))
    }

    /// EX_CONFIG of sysexits.h.
    static let refusedCode: Int32 = 78

    mutating func callFailed(_ purpose: DialPurpose) {
        switch purpose {
        case .attach(let address):
            // What it was before does not count where something else lives there now.
            refusers.remove(address)
            nextJoin = max(nextJoin, now + randomly(hold / 20, hold / 10))
            if joinNext != nil { nextJoin = now }
        case .link(let place):
            let wait = randomly(hold / 8, hold / 4)
            known[place.id]?.nextDial = now + wait
        }
    }

    /// A duration between two, by chance: who waits alike for the same does not call alike.
    mutating func randomly(_ low: Duration, _ high: Duration) -> Duration {
        low + (high - low) * random.below(1001) / 1000
    }

    /// A peer without supervisor looks for one.
    mutating func watchJoin() {
        switch upstream {
        case .local:
            break
        case .remote:
            beat()
        case .none:
            if let lostAt = upstreamLostAt, now - lostAt > hold { dropAllClients() }
            // Back with its disk and linked, it looks no further.
            if rising?.isReturn ?? false, !linkedServers.isEmpty { return }
            if now >= nextJoin && !isCallingSupervisor { join() }
        }
    }

    private mutating func beat() {
        guard now >= nextBeat else { return }
        nextBeat = now + hold / 4
        ask(.announce(load: Int64(load)))
        if heartbeat.outstanding == nil { sendHeartbeat() }
    }

    private var isCallingSupervisor: Bool {
        for dial in dials.values {
            if case .attach = dial.purpose { return true }
        }
        for connection in connections.values {
            if case .calling(.attach) = connection.phase { return true }
        }
        return false
    }

    /// Calls the next server that may become the supervisor.
    mutating func join() {
        let own = configuration.address
        var candidates = backups.map(\.address)
        for remote in configuration.remotes where !candidates.contains(remote) {
            candidates.append(remote)
        }
        candidates.removeAll { $0 == own }
        var address = joinNext
        joinNext = nil
        if address == nil, !candidates.isEmpty {
            address = candidates[joinTurn % candidates.count]
            joinTurn += 1
        }
        guard let address else { return }
        nextJoin = now + hold / 2
        dial(address, .attach(address))
    }

    /// There is a supervisor: ask again what was not answered.
    private mutating func attached() {
        upstreamLostAt = nil
        joinTurn = 0
        heartbeat.restart()
        becomeReady()
        bringSessions()
        askAgain()
        nextBeat = now
        beat()
    }

    /// Tells a new supervisor of the sessions that come with us.
    private mutating func bringSessions() {
        var rest = adoptions()[...]
        while !rest.isEmpty {
            ask(.attach(Array(rest.prefix(PeerRequest.attachMax))))
            rest = rest.dropFirst(PeerRequest.attachMax)
        }
    }

    /// What was asked of a supervisor that is lost, and not answered, is asked of the new one.
    mutating func askAgain() {
        for session in sessions.values.sorted(by: { $0.id < $1.id }) {
            if !session.isOpen { ask(.login(attempt(session))) }
            for send in session.unacknowledged {
                ask(activityRequest(session, send))
            }
            sessions[session.id]?.undelivered = session.delivered
        }
    }

    mutating func supervisorGone(
        _ server: ServerID,
        _ connection: ConnectionID,
        _ reason: String
    ) {
        guard upstream == .remote(connection, server) else { return }
        mark(.supervisorLost)
        record(.linkLost, [.peer: server.name, .reason: reason])
        record(.supervisorLost, [.peer: server.name, .reason: reason])
        upstream = .none
        upstreamLostAt = now
        nextJoin = now
        if role == .transition { giveUpRising() }
        for (_, client) in registering.sorted(by: { $0.key < $1.key }) {
            drop(client, "registration undecided")
        }
        registering = [:]
        dropAnonymous("no super-peer")
        join()
    }

    /// The supervisor changes: anonymous clients come again. Nothing is pending for them, so what is
    /// on its way by the supervisor that was, from them or to them, they would miss without knowing, or
    /// would be given behind what it precedes.
    mutating func dropAnonymous(_ reason: String) {
        for session in anonymous.sorted() {
            if let connection = sessions[session]?.connection { drop(connection, reason) }
        }
    }

    /// A peer of ours is lost; its users count for `hold` yet.
    mutating func peerGone(
        _ peer: ServerID,
        _ connection: ConnectionID,
        _ reason: String,
        lastHeard: Instant
    ) {
        guard peers[peer]?.connection == connection else { return }
        peers[peer] = nil
        mark(.peerLost)
        record(.linkLost, [.peer: peer.name, .reason: reason])
        record(.peerLost, [.peer: peer.name, .reason: reason])
        if raising?.peer == peer { raiseFailed() }
        for session in knownSessions.values.sorted(by: { $0.record.id < $1.record.id })
        where session.record.server == peer && session.record.supervisor == id {
            sessionGone(session.record.id)
            // Back over another connection it is given what is pending first: nothing before it is brought.
            knownSessions[session.record.id]?.isOpened = false
        }
    }
}
