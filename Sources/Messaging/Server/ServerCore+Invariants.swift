import Evidence

extension ServerCore {
    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        guard !isStopping else { return }
        precondition(work.isEmpty, "requests to ourselves must be done, got \(work.count)")
        precondition(
            log.start <= log.heldThrough && log.heldThrough <= log.end,
            "held must lie in the log, got \(log.heldThrough) in \(log.start)...\(log.end)"
        )
        for (server, link) in links {
            precondition(
                connections[link.connection]?.phase == .link(server),
                "the connection of the link to \(server) must be one"
            )
            precondition(link.cursor <= log.end, "a cursor must lie in the log")
        }
        for (server, peer) in peers {
            precondition(
                connections[peer.connection]?.phase == .peer(server),
                "the connection of the peer \(server) must be one"
            )
        }
        for (id, session) in sessions {
            precondition(
                clients[session.connection] != nil && session.id == id,
                "the session \(id) must have a client"
            )
        }
        switch role {
        case .peer:
            precondition(links.isEmpty && peers.isEmpty, "a peer has a supervisor and no other")
        case .transition:
            precondition(rising != nil && peers.isEmpty, "a rising peer has no peers")
        case .superPeer, .master:
            precondition(upstream == .local, "a super-peer answers for its clients itself")
            precondition((role == .master) == (epoch.master == id), "the epoch names the master")
        }
        // The rest is more work than most events: it is done with the tick.
        if now == lastTick {
            checkPending()
            let leavers = sessions.values.count { $0.redirect != nil }
            precondition(
                leaving == leavers,
                "clients to be sent elsewhere must be counted, got \(leaving) of \(leavers)"
            )
        }
    }

    private func checkPending() {
        for (user, sources) in pending {
            for (source, places) in sources {
                let read = acknowledged[user]?[source] ?? 0
                precondition(
                    places.allSatisfy { $0.number > read },
                    "what \(user) acknowledged of \(source) must not be pending"
                )
                precondition(
                    zip(places, places.dropFirst()).allSatisfy { $0.number < $1.number },
                    "pending numbers of \(source) must rise for \(user)"
                )
            }
        }
    }
}
