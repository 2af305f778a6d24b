import Evidence

/// A peer on its way to super-peer.
struct Rising: Sendable {
    /// The super-peers to be linked with; the first one is the supervisor.
    var superPeers: [ServerPlace]
    /// Since when the others are called; nil while only the first one is.
    var othersSince: Instant?
    /// When the supervisor was last told that everything is here.
    var toldAt: Instant?
    var deadline: Instant
    /// Whether it was a super-peer before, and is back with its disk.
    var isReturn = false
    /// Since when it knows one that serves.
    var foundAt: Instant?
    /// Up to where the others must have its log.
    var handOver: Int64?
}

/// Keeping the number of super-peers up: one is raised at a time.
extension ServerCore {
    /// The one who sees to it: the master; on a side without it the first back-up, or else the
    /// super-peer with the smallest id.
    private var isCoordinator: Bool {
        if role == .master { return true }
        guard role == .superPeer, !isLinked(epoch.master) else { return false }
        let side = linkedServers.filter { links[$0]?.serves ?? false } + [id]
        let first = epoch.backups.first { side.contains($0) } ?? side.min()
        return first == id
    }

    mutating func considerRaising() {
        guard role.serves else { return }
        callOthers()
        if let raising, now >= raising.deadline {
            if let peer = peers[raising.peer] { sever(peer.connection, "raise took too long") }
            raiseFailed()
        }
        if let ordered = raiseOrdered, now - ordered > hold * 5 { raiseOrdered = nil }
        guard isCoordinator, raising == nil, raiseOrdered == nil else { return }
        guard 1 + links.count < configuration.superPeers else { return }
        if !peers.isEmpty {
            raiseOne()
        } else if let server = linkedServers.first(where: { !(links[$0]?.peers ?? []).isEmpty }) {
            mark(.raiseOrdered)
            raiseOrdered = now
            tell(server, .raise)
        }
    }

    /// Raises one of our peers: the one with the fewest sessions, by chance where they are equal.
    mutating func raiseOne() {
        guard role.serves, raising == nil else { return }
        let least = peers.values.map(\.place.load).min()
        let able = peers.values.filter { $0.place.load == least }.map(\.place)
            .sorted { $0.id < $1.id }
        guard let place = random.pick(able) else {
            mark(.raiseWithoutPeer)
            tellAll(.raised(nil))
            return
        }
        raising = (place.id, now + hold * 4)
        tellAll(.raising(place))
        let others = linkedServers.compactMap { links[$0]?.place }
        answer(place.id, .raise(superPeers: [ownPlace] + others))
    }

    mutating func raiseFailed() {
        mark(.raiseFailed)
        raising = nil
        tellAll(.raised(nil))
    }

    mutating func raiseEnded(_ peer: ServerID?) { raiseOrdered = nil }

    /// The peer has everything: it is a super-peer.
    mutating func peerHasInfo(_ peer: ServerID) {
        guard raising?.peer == peer, isLinked(peer) else { return }
        raising = nil
        links[peer]?.serves = true
        record(.peerRaised, [.peer: peer.name, .epoch: epochText])
        answer(peer, .raised)
        tellAll(.raised(peer))
        retryEpochSoon()
    }

    // MARK: The peer's part

    /// The supervisor asks us to become a super-peer.
    mutating func rise(_ superPeers: [ServerPlace]) {
        guard role == .peer, let first = superPeers.first else { return }
        mark(.raiseBegun)
        setRole(.transition)
        rising = Rising(superPeers: superPeers, deadline: now + hold * 3)
        learn([first])
        callOthers()
    }

    /// Goes on once the first super-peer has told everything, and again once the others have.
    mutating func considerRisen() {
        guard var state = rising, role == .transition else { return }
        if state.isReturn {
            considerReturned()
            return
        }
        if now >= state.deadline {
            if case .remote(let connection, _) = upstream { sever(connection, "not raised") }
            return
        }
        guard let first = state.superPeers.first, isCaughtUp(first.id) else {
            callOthers()
            return
        }
        let since = state.othersSince ?? now
        if state.othersSince == nil {
            state.othersSince = now
            anonymousFrom = log.end
            rising = state
            learn(state.superPeers)
        }
        callOthers()
        let isComplete = state.superPeers.allSatisfy { isCaughtUp($0.id) }
        guard isComplete || now - since > hold else { return }
        // Told again and again: over this connection it may arrive before the link is made.
        if let toldAt = state.toldAt, now - toldAt < tickEvery { return }
        rising?.toldAt = now
        ask(.infoAcknowledged)
    }

    func isCaughtUp(_ server: ServerID) -> Bool {
        guard let link = links[server], link.isLinked else { return false }
        return log.vector.covers(link.first)
    }

    /// We are a super-peer: from now on we answer for our clients ourselves.
    mutating func becomeSuperPeer() {
        guard role == .transition, case .remote(let connection, let supervisor) = upstream
        else { return }
        record(.supervisorLost, [.peer: supervisor.name, .reason: "raised"])
        rising = nil
        servingSince = now
        upstream = .local
        connections[connection] = nil
        effects.append(.close(connection))
        mark(.becameSuperPeer)
        setRole(.superPeer)
        dropAnonymous("raised")
        attachments += 1
        if countedIsStale { recount() }
        for adoption in adoptions() { adopt(adoption, from: id) }
        heartbeat.restart()
        askAgain()
        for request in registering.keys.sorted() { registerAnswered(request, .undecided) }
        announce()
    }

    /// The supervisor was lost on the way: we are a peer again, with nothing stored.
    mutating func giveUpRising() {
        mark(.raiseGivenUp)
        rising = nil
        for link in links.values.sorted(by: { $0.place.id < $1.place.id }) {
            connections[link.connection] = nil
            effects.append(.abort(link.connection))
        }
        for (connection, state) in connections {
            if case .calling(.link) = state.phase {
                connections[connection] = nil
                effects.append(.abort(connection))
            }
        }
        dials = dials.filter { if case .link = $0.value.purpose { false } else { true } }
        forgetStore()
        setRole(.peer, reason: "the raise failed")
    }

    private mutating func forgetStore() {
        forgetKept()
        backups = known.values.map(\.place).sorted { $0.id < $1.id }
        links = [:]
        known = [:]
        lost = [:]
        dead = []
        log = ReplicatedLog()
        anonymousFrom = 0
        sequencer = Sequencer()
        unannounced = [:]
        pendingThrough = 0
        hasServed = false
        kept = [:]
        waiting = [:]
        pending = [:]
        streams = [:]
        droppedStreams = [:]
        acknowledged = [:]
        acknowledgedThrough = [:]
        sendersToTell = []
        knownSessions = [:]
        sessionsOfUser = [:]
        counted = []
        lastCounted = [:]
        registrations = [:]
        epoch = .none
        election = Election()
    }
}
