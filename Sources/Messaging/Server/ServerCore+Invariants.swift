public import Evidence

extension ServerCore {
    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        do throws(BrokenInvariant) {
            try requireInvariants()
        } catch {
            preconditionFailure("\(configuration.name): \(error)")
        }
    }

    /// Says where the state contradicts itself.
    ///
    /// - Throws: what is wrong.
    public func requireInvariants() throws(BrokenInvariant) {
        guard !isStopping else { return }
        try BrokenInvariant.unless(
            work.isEmpty,
            "requests to ourselves must be done, got \(work.count)"
        )
        try BrokenInvariant.unless(
            log.start <= log.heldThrough && log.heldThrough <= log.end,
            "held must lie in the log, got \(log.heldThrough) in \(log.start)...\(log.end)"
        )
        try requireConnections()
        try requireRole()
        // The rest is more work than most events: it is done with the tick.
        guard now == lastTick else { return }
        try requireSilent()
        try requireSessions()
        try requirePending()
    }

    private func requireConnections() throws(BrokenInvariant) {
        for (server, link) in links {
            try BrokenInvariant.unless(
                connections[link.connection]?.phase == .link(server),
                "the connection of the link to \(server) must be one"
            )
            try BrokenInvariant.unless(
                link.cursor <= log.end,
                "the cursor of \(server) must lie in the log, got \(link.cursor) of \(log.end)"
            )
        }
        for (server, peer) in peers {
            try BrokenInvariant.unless(
                connections[peer.connection]?.phase == .peer(server),
                "the connection of the peer \(server) must be one"
            )
        }
    }

    private func requireSilent() throws(BrokenInvariant) {
        let fresh = connections.filter { $0.value.phase == .fresh }.keys
        try BrokenInvariant.unless(
            fresh.count == silent.count && fresh.allSatisfy(silent.contains),
            "those that said nothing must be \(fresh.sorted()), got \(silent.count)"
        )
    }

    private func requireRole() throws(BrokenInvariant) {
        switch role {
        case .peer:
            try BrokenInvariant.unless(
                links.isEmpty && peers.isEmpty,
                "a peer has a supervisor and no other, got \(links.count) links"
            )
        case .transition:
            try BrokenInvariant.unless(
                rising != nil && peers.isEmpty,
                "a rising peer has no peers, got \(peers.count)"
            )
        case .superPeer, .master:
            try BrokenInvariant.unless(
                upstream == .local,
                "a super-peer answers for its clients itself, got \(upstream)"
            )
            try BrokenInvariant.unless(
                (role == .master) == (epoch.master == id),
                "the epoch names the master, got \(epoch.master) in \(epoch.number)"
            )
        }
    }

    private func requireSessions() throws(BrokenInvariant) {
        for (id, session) in sessions {
            try BrokenInvariant.unless(
                clients[session.connection] != nil && session.id == id,
                "the session \(id) must have a client"
            )
            try BrokenInvariant.unless(
                session.unacknowledged.count <= configuration.limits.unacknowledgedSendsMax,
                "the sends of \(id) that wait must be bounded, got \(session.unacknowledged.count)"
            )
            try BrokenInvariant.unless(
                session.acknowledged <= session.taken,
                "what is acknowledged of \(id) was taken, got \(session.acknowledged)"
            )
        }
        for session in sessions.values {
            let wrong = session.window.contradiction
            try BrokenInvariant.unless(
                wrong == nil,
                "the window of \(session.id) must be right: \(wrong ?? "")"
            )
        }
        let leavers = sessions.values.count { $0.redirect != nil }
        try BrokenInvariant.unless(
            leaving == leavers,
            "clients to be sent elsewhere must be counted, got \(leaving) of \(leavers)"
        )
        for (user, sessions) in sessionsOfUser {
            for session in sessions {
                let record = knownSessions[session]?.record
                try BrokenInvariant.unless(
                    record.map { !$0.isClosed && $0.user == user } ?? false,
                    "the session \(session) of \(user) must be an open one"
                )
            }
        }
    }

    private func requirePending() throws(BrokenInvariant) {
        for (user, sources) in pending {
            for (source, places) in sources {
                let read = acknowledged[user]?[source] ?? 0
                try BrokenInvariant.unless(
                    places.allSatisfy { $0.number > read },
                    "what \(user) acknowledged of \(source) must not be pending"
                )
                try BrokenInvariant.unless(
                    zip(places, places.dropFirst()).allSatisfy { $0.number < $1.number },
                    "pending numbers of \(source) must rise for \(user)"
                )
                try BrokenInvariant.unless(
                    places.allSatisfy { waiting[$0.index]?.contains(user) ?? false },
                    "what is pending for \(user) of \(source) must wait for it in the log"
                )
            }
        }
        for (source, progress) in streams {
            try BrokenInvariant.unless(
                progress.held <= progress.taken,
                "what is held of \(source) was taken, got \(progress.held) of \(progress.taken)"
            )
        }
    }

    // MARK: What a whole cluster must keep

    /// The server's role.
    public var currentRole: ServerRole { role }

    /// Whether it is a master that reaches a majority of its epoch's voters: without such a one nobody
    /// registers, and where the order is total nobody sends.
    public var hasQuorum: Bool { role == .master && reachableVoters.count >= epoch.majority }

    /// The ids of the voters of the epoch that it knows; empty where it knows none.
    public var voterIDs: [String] { epochNumber > 0 ? epoch.voters.map(\.text) : [] }

    /// The number of the epoch that it knows; 0 where it knows none.
    public var epochNumber: Int64 { epoch.number }

    /// All before this index of its log are held.
    public var heldThrough: Int64 { log.heldThrough }

    /// The ids of the super-peers that it takes for linked, in order.
    public var linkedIDs: [String] { linkedServers.map(\.text) }

    /// The id of this life of the server; empty before it started.
    public var lifeID: String { id.text }

    /// Whether it was linked again with one that was lost, and not yet has all that that one had, or told
    /// it for whom that is pending: until then the two sides have not met.
    public var isMeeting: Bool {
        pendingThrough > log.heldThrough || lost.keys.contains { isLinked($0) }
    }

    /// Whether another server has stored all that this one holds from an index of its log on, or all that
    /// it has stored.
    ///
    /// - Parameter other: Whether the other one has an item, by who took it and its number there.
    public func isStored(
        from index: Int64,
        throughEnd: Bool = false,
        _ other: (_ origin: String, _ sequence: Int64) -> Bool
    ) -> Bool {
        var index = max(index, log.start)
        while index < (throughEnd ? log.end : log.heldThrough) {
            let entry = log[index]
            if !other(entry.origin.text, entry.sequence) { return false }
            index += 1
        }
        return true
    }

    /// Whether it has stored an item, by who took it and its number there.
    public func hasStored(_ origin: String, _ sequence: Int64) -> Bool {
        log.vector[ServerID(text: origin)] >= sequence
    }
}
