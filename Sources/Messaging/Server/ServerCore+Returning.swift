import Evidence

/// Coming back with a disk: everything that was kept is there again, and is united with what others have
/// before this server serves.
///
/// A server that comes back is as one that was silent for long and lost its connections: it has the
/// same id, the same log and the same votes. It links with the super-peers that it knew, without
/// serving. Once it has all that they have and they have all that it has, it serves again, or is a peer
/// where there are enough super-peers. Where nobody serves, since all were down, the voters of the last
/// epoch do so first: a majority of them can decide everything that is to be decided.
extension ServerCore {
    /// Takes over what is on the disk.
    mutating func takeOver(_ state: DiskState) {
        id = state.id
        lives = state.lives + 1
        hasServed = state.hasServed
        // No number of an earlier life is used again.
        lastNumber = lives << 32
        epoch = state.epoch
        election.promised = state.promised
        election.accepted = state.accepted
        election.roundMax = state.roundMax
        for registration in state.votes { election.voted[registration.user] = registration }
        for base in state.bases {
            election.bases[base.proposal, default: []].append(base.registration)
        }
        for registration in state.registrations {
            registrations[registration.user] = registration
        }
        for place in state.acknowledgements {
            acknowledged[place.user, default: [:]][place.source] = place.number
        }
        for place in state.streams {
            droppedStreams[place.source] = place.number
            streams[place.source] = StreamProgress(taken: place.number, held: place.number)
        }
        for place in state.servers where place.address != configuration.address {
            known[place.id] = KnownServer(place: place, nextDial: now)
        }
        log.restore(state.floor, order: state.floorOrder, from: state.start)
        for message in state.numbered { election.numbered[message.order] = message }
        for base in state.numbers { election.orderBases[base.proposal] = base.numbers }
        for entry in state.entries { takeOver(entry) }
        for place in state.acknowledgements { noteOrder(of: place) }
        for record in state.sessions { takeOver(record) }
        countedIsStale = true
        takeOverLost(state)
        noteKept()
    }

    /// Those that were lost still are; those that were linked are lost since the last sign of life, and
    /// have what was held then: that was held by all who were linked.
    private mutating func takeOverLost(_ state: DiskState) {
        for (user, place) in state.left {
            lastCounted[user] = LastCounted(at: min(place.at, now), logEnd: place.logEnd)
        }
        for (server, loss) in state.lost {
            var loss = loss
            loss.lostAt = min(loss.lostAt, now)
            loss.lastHeard = min(loss.lastHeard, now)
            loss.seenAt = loss.seenAt.map { min($0, now) }
            lost[server] = loss
            if loss.isOver { dead.insert(server) }
        }
        for server in known.keys.sorted() where lost[server] == nil {
            var stored = VersionVector()
            stored.raise(server, to: log.vector[server])
            lost[server] = LostLink(
                lostAt: now,
                lastHeard: min(state.heldAt, now),
                heldThrough: state.heldThrough,
                known: stored
            )
        }
    }

    private mutating func takeOver(_ entry: DiskState.Entry) {
        let index = log.restore(
            ReplicatedLog.Entry(
                item: entry.item,
                origin: entry.origin,
                sequence: entry.sequence,
                storedAt: now,
                source: entry.origin == id ? nil : entry.origin
            )
        )
        // What the others say is in tables of its own.
        switch entry.item {
        case .message, .pending: apply(entry.item, at: index, isNews: false)
        case .acknowledged, .session, .registered: break
        }
    }

    /// The connections of our sessions are lost: their users count for `hold` yet.
    private mutating func takeOver(_ record: SessionRecord) {
        var state = KnownSession(record: record)
        if record.isClosed {
            state.closedAt = now
        } else {
            if record.supervisor == id { state.goneAt = now }
            sessionsOfUser[record.user, default: []].append(record.id)
            sessionsOfUser[record.user]?.sort()
        }
        knownSessions[record.id] = state
    }

    /// All of this is on the disk already.
    private mutating func noteKept() {
        onDisk.epoch = epoch
        onDisk.promised = election.promised
        onDisk.accepted = election.accepted
        onDisk.roundMax = election.roundMax
        onDisk.voted = election.voted
        onDisk.floor = log.floor
        onDisk.floorOrder = log.floorOrder
        onDisk.logStart = log.start
        onDisk.logEnd = log.end
    }

    /// Looks for the others.
    mutating func comeBack() {
        setRole(.peer, reason: "back with its disk")
        rising = Rising(superPeers: [], othersSince: now, deadline: now, isReturn: true)
        setRole(.transition, reason: "back with its disk")
        nextJoin = now
        callOthers()
    }

    /// Goes on once it is clear who else is there.
    mutating func considerReturned() {
        guard var state = rising, state.isReturn else { return }
        callOthers()
        let serving = servingServers
        let waited = now - (state.othersSince ?? now)
        guard let first = serving.first else {
            let able = epoch.voters.filter { $0 == id || isLinked($0) }
            let isAvailable = configuration.registration == .available && waited > hold * 2
            let isMajority = epoch.voters.contains(id) && able.count >= epoch.majority
            if waited > hold && isMajority || isAvailable { serveAgain() }
            return
        }
        guard isCaughtUp(first) else { return }
        if state.foundAt == nil {
            state.foundAt = now
            rising = state
        }
        // Others whom we know may be there too.
        let isComplete = known.keys.allSatisfy { isCaughtUp($0) }
        guard isComplete || now - (state.foundAt ?? now) > hold / 2,
            linkedServers.allSatisfy({ isCaughtUp($0) })
        else { return }
        let target = state.handOver ?? log.end
        if state.handOver == nil {
            state.handOver = target
            rising = state
        }
        guard log.heldThrough >= target else { return }
        if serving.count >= configuration.superPeers && !epoch.voters.contains(id) {
            standDown()
        } else {
            serveAgain()
        }
    }

    /// Others went on for longer than acknowledgements are kept: what is on the disk of messages,
    /// acknowledgements and sessions is too old to be used. Votes, registrations and the epoch are
    /// not: the others may wait for them.
    mutating func forgetOldDisk() {
        guard isOld else { return }
        isOld = false
        log.heldThrough = log.end
        while log.start < log.end {
            forgetMessage(log[log.start], at: log.start, because: "the disk is too old")
            _ = log.dropFirst()
        }
        acknowledged = [:]
        acknowledgedThrough = [:]
        pending = [:]
        waiting = [:]
        knownSessions = [:]
        sessionsOfUser = [:]
        countedIsStale = true
        for kind in [StoreKey.Kind.acknowledgement, .session] where isDurable {
            changes.append(.removeAll(kind))
        }
    }

    /// Whether it is back with its disk and nobody serves.
    var waitsForVoters: Bool {
        rising?.isReturn ?? false && servingServers.isEmpty
    }

    /// The super-peers that are linked and answer for users, by what they said last.
    private var servingServers: [ServerID] {
        linkedServers.filter { server in
            links[server].map { $0.serves || $0.served } ?? false
        }
    }

    mutating func serveAgain() {
        isOld = false
        rising = nil
        servingSince = now
        returnedAt = now
        upstream = .local
        upstreamLostAt = nil
        setRole(.superPeer, reason: "back with its disk")
        if epoch.master == id {
            setRole(.master, reason: "back with its disk")
            // What was voted on when it went down is settled by a new epoch.
            if !election.voted.isEmpty { election.isBlocked = true }
            numberAgain()
        }
        announce()
        becomeReady()
        retryEpochSoon()
    }

    /// There are enough super-peers, and they have all that it has: it is a new server, a peer.
    private mutating func standDown() {
        for server in linkedServers {
            guard let connection = links[server]?.connection else { continue }
            connections[connection] = nil
            effects.append(.close(connection))
            links[server] = nil
        }
        // What we called to find the others was called by another server.
        for (connection, state) in connections.sorted(by: { $0.key < $1.key }) {
            guard case .calling = state.phase else { continue }
            connections[connection] = nil
            effects.append(.abort(connection))
        }
        dials = [:]
        giveUpRising()
        id = ServerID(
            name: configuration.name,
            digits: random.next() ^ UInt64(truncatingIfNeeded: now.nanoseconds)
        )
        nextJoin = now
    }
}
