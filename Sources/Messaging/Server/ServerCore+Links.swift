import Evidence

/// Links between super-peers: a full mesh.
extension ServerCore {
    /// Learns of super-peers, to call them.
    mutating func learn(_ places: [ServerPlace]) {
        for place in places where place.id != id && known[place.id] == nil {
            // Under our own address there was an earlier life of ours.
            guard !dead.contains(place.id), place.address != configuration.address else {
                continue
            }
            known[place.id] = KnownServer(place: place, nextDial: now)
        }
    }

    /// Calls the super-peers that are known and not linked.
    ///
    /// The server with the smaller id calls at once; the other one only when that takes long, since
    /// two calls that cross make one link.
    mutating func callOthers() {
        for (server, state) in known.sorted(by: { $0.key < $1.key })
        where links[server] == nil && now >= state.nextDial && !isCalling(server) {
            // A rising peer gets everything from one, before it calls the others.
            if let rising, rising.othersSince == nil, server != rising.superPeers.first?.id {
                continue
            }
            let wait = randomly(hold / 4, hold / 2)
            known[server]?.nextDial = now + wait
            dial(state.place.address, .link(state.place))
        }
    }

    private func isCalling(_ server: ServerID) -> Bool {
        for dial in dials.values {
            if case .link(let place) = dial.purpose, place.id == server { return true }
        }
        for connection in connections.values {
            if case .calling(.link(let place)) = connection.phase, place.id == server {
                return true
            }
        }
        return false
    }

    /// Another super-peer called us.
    mutating func acceptLink(_ place: ServerPlace, serves: Bool, over connection: ConnectionID) {
        let isMineToCall = id < place.id
        if let link = links[place.id] {
            // It would not call if it knew of the link: what we have is broken, unless it called
            // before it knew of ours.
            if isMineToCall && link.isOutgoing && now - link.since < hold / 2 {
                drop(connection, "linked")
                return
            }
            mark(.calledAgain)
            sever(link.connection, "called again")
        } else if isCalling(place.id) {
            mark(.callsCrossed)
            if isMineToCall {
                drop(connection, "calls cross")
                return
            }
            stopCalling(place.id)
        }
        send(connection, JoinMessage.admitted(ownPlace, serves: role.serves).frame())
        if serves { forgetOldDisk() }
        makeLink(place, over: connection, isOutgoing: false, serves: serves)
    }

    private mutating func stopCalling(_ server: ServerID) {
        for (dial, state) in dials {
            if case .link(let place) = state.purpose, place.id == server { dials[dial] = nil }
        }
        for (connection, state) in connections {
            if case .calling(.link(let place)) = state.phase, place.id == server {
                connections[connection] = nil
                effects.append(.abort(connection))
            }
        }
    }

    /// A super-peer that we called admitted us.
    mutating func linkAnswered(_ place: ServerPlace, serves: Bool, over connection: ConnectionID) {
        guard role != .peer, links[place.id] == nil else {
            connections[connection] = nil
            effects.append(.close(connection))
            return
        }
        if serves { forgetOldDisk() }
        makeLink(place, over: connection, isOutgoing: true, serves: serves)
    }

    private mutating func makeLink(
        _ place: ServerPlace,
        over connection: ConnectionID,
        isOutgoing: Bool,
        serves: Bool
    ) {
        mark(.linkMade)
        setPhase(connection, .link(place.id))
        links[place.id] = Link(
            place: place,
            connection: connection,
            since: now,
            isOutgoing: isOutgoing,
            served: serves
        )
        learn([place])
        for info in ownInfo() { tell(place.id, .info(info)) }
    }

    /// What we have, in parts of bounded size; acknowledgements come first.
    private func ownInfo() -> [MeshMessage.SuperPeerInfo] {
        let partMax = 1000
        var parts: [MeshMessage.SuperPeerInfo] = []
        func add(_ fill: (inout MeshMessage.SuperPeerInfo) -> Void) {
            var part = MeshMessage.SuperPeerInfo(
                epoch: epoch,
                vector: VersionVector(),
                floor: VersionVector()
            )
            fill(&part)
            parts.append(part)
        }
        let acknowledgements = acknowledged.sorted { $0.key < $1.key }.flatMap {
            ClientSession.acknowledgements($0.key, $0.value)
        }
        for part in acknowledgements.parts(of: partMax) {
            add { $0.acknowledgements = part }
        }
        let streams = ClientSession.acknowledgements("", droppedStreams)
        for part in streams.parts(of: partMax) { add { $0.streams = part } }
        let names = registrations.values.sorted { $0.user < $1.user }
        for part in names.parts(of: partMax) { add { $0.registrations = part } }
        let records = knownSessions.values.filter { !$0.record.isClosed }.map(\.record)
        for part in records.sorted(by: { $0.id < $1.id }).parts(of: partMax) {
            add {
                $0.sessions = part
                $0.gone = part.map(\.id).filter { knownSessions[$0]?.goneAt != nil }
            }
        }
        add { last in
            last.vector = log.vector
            last.floor = log.floor
            last.order = log.floorOrder
            last.superPeers = known.values.map(\.place).sorted { $0.id < $1.id }
            last.lost = lostToTell
            last.isLast = true
        }
        return parts
    }

    /// What another super-peer has.
    mutating func informed(_ info: MeshMessage.SuperPeerInfo, by server: ServerID) {
        guard links[server] != nil else { return }
        adopt(info.epoch)
        for acknowledgement in info.acknowledgements { apply(acknowledgement) }
        for stream in info.streams {
            let dropped = max(droppedStreams[stream.source] ?? 0, stream.number)
            droppedStreams[stream.source] = dropped
            keepDropped(stream.source, dropped)
            var progress = streams[stream.source] ?? StreamProgress()
            progress.taken = max(progress.taken, stream.number)
            progress.held = max(progress.held, stream.number)
            streams[stream.source] = progress
        }
        for registration in info.registrations { apply(registration) }
        for record in info.sessions {
            if record.supervisor == id && knownSessions[record.id] == nil {
                var closed = record
                closed.isClosed = true
                store(.session(closed))
            } else {
                apply(record)
            }
        }
        for session in info.gone where knownSessions[session]?.record.supervisor == server {
            knownSessions[session]?.isGone = true
        }
        learn(info.superPeers)
        guard info.isLast else { return }
        learnLost(info.lost)
        if !log.vector.covers(info.floor) { mark(.floorSkipped) }
        log.skip(to: info.floor, order: info.order)
        links[server]?.known.raise(to: info.vector)
        links[server]?.first = info.vector
        links[server]?.ours = log.vector
        links[server]?.cursor = log.start
        links[server]?.isLinked = true
        // What was stored since we told what we have was told to those only who were linked then.
        tell(server, .stored(log.vector))
        countedIsStale = true
        announce()
        settleConflicts(of: server)
        retryEpochSoon()
        considerRisen()
        if configuration.ordering == .total { numberingLinked(server) }
    }

    mutating func linkGone(
        _ server: ServerID,
        _ connection: ConnectionID,
        _ reason: String,
        lastHeard: Instant
    ) {
        guard let link = links[server], link.connection == connection else { return }
        links[server] = nil
        mark(.linkLost)
        let wait = id < server ? hold / 40 : hold / 2
        known[server]?.nextDial = now + wait
        if link.isLinked {
            record(.linkLost, [.peer: server.name, .reason: reason])
        }
        // One on its way to super-peer has no users: nobody is owed anything for it.
        if link.isLinked, link.serves || link.served {
            var stored = link.known
            stored.raise(server, to: log.vector[server])
            lost[server] = LostLink(
                lostAt: now,
                lastHeard: heard(server, link, lastHeard),
                heldThrough: firstLacked(stored, link),
                known: stored
            )
        }
        countedIsStale = true
        probesLost(to: server)
        forwardedLost(to: server)
        electionLost(server)
        if server == epoch.master { retryEpochSoon() }
    }

    /// A server showed itself: others that were known under its address are no more.
    mutating func supersede(_ place: ServerPlace) {
        for (server, state) in known.sorted(by: { $0.key < $1.key })
        where server != place.id && state.place.address == place.address {
            isNoMore(server)
        }
    }

    /// A server answered under the address of another one: that one is no more.
    mutating func isNoMore(_ server: ServerID) {
        mark(.lifeSuperseded)
        known[server] = nil
        dead.insert(server)
        if let link = links[server] { sever(link.connection, "is no more") }
        lost[server]?.isOver = true
    }

    // MARK: Announcements

    /// Tells super-peers and peers that we live, and what they must know.
    mutating func announce() {
        guard role != .peer else { return }
        nextAnnouncement = now + hold / 4
        callOthers()
        let below = peers.values.map(\.place).sorted { $0.id < $1.id }
        let announcement = MeshMessage.Announcement(
            place: ownPlace,
            epoch: epoch,
            links: linkedServers.compactMap { links[$0]?.place },
            peers: below,
            serves: role.serves
        )
        tellAll(.announce(announcement))
        announceBelow(below.map(\.id))
    }

    /// Tells peers whom to turn to when we are lost, and all loads.
    mutating func announceBelow(_ receivers: [ServerID]) {
        guard role.serves, !receivers.isEmpty else { return }
        let others = linkedServers.compactMap { links[$0] }.filter(\.serves)
        var servers = [ownPlace] + others.map(\.place)
        let below = peers.values.map(\.place).sorted { $0.id < $1.id }
        servers += below
        servers += others.flatMap(\.peers)
        // Whoever has the fewest peers succeeds us as their supervisor.
        let backups = others.sorted {
            ($0.peers.count, $0.place.id) < ($1.peers.count, $1.place.id)
        }
        let reply = PeerReply.announce(
            backups: backups.map(\.place),
            servers: servers,
            clients: below.reduce(Int64(load)) { $0 + $1.load }
        )
        let connections = receivers.compactMap { peers[$0]?.connection }
        effects.append(.broadcast(connections, reply.frame()))
    }

    mutating func announced(_ announcement: MeshMessage.Announcement, by server: ServerID) {
        guard links[server] != nil else { return }
        loadTold(by: server)
        links[server]?.place = announcement.place
        links[server]?.links = Set(announcement.links.map(\.id))
        links[server]?.peers = announcement.peers
        links[server]?.serves = announcement.serves
        learn(announcement.links)
        learnLinks(announcement.links.map(\.id))
        adopt(announcement.epoch)
    }
}

extension Array {
    /// The elements in parts of at most `count`.
    func parts(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map {
            Array(self[$0..<Swift.min($0 + count, self.count)])
        }
    }
}
