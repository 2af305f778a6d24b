import Evidence

/// What nobody can ask for any more must not be kept for ever.
extension ServerCore {
    /// Forgets sessions that are closed for longer than messages are kept, and streams of which nothing is
    /// left: all their messages were dropped, and no session speaks in them.
    mutating func forgetOld() {
        guard now >= nextForgetting else { return }
        let retention = configuration.limits.settledRetention
        nextForgetting = now + max(tickEvery, retention / 20)
        for (session, state) in knownSessions {
            if let closedAt = state.closedAt, now - closedAt > retention {
                knownSessions[session] = nil
                forgetKept(session)
            }
        }
        var inUse: Set<Source> = []
        for state in knownSessions.values {
            inUse.insert(Source(user: state.record.user, stream: state.record.stream))
        }
        // Where the order is causal clients go on saying that they were delivered such a stream.
        guard configuration.ordering != .causal else { return }
        let over = droppedStreams.filter { source, number in
            streams[source]?.taken ?? 0 <= number && !inUse.contains(source)
        }
        guard !over.isEmpty else { return }
        for source in over.keys {
            streams[source] = nil
            droppedStreams[source] = nil
            forgetKept(source)
        }
        for (user, sources) in acknowledged {
            let left = sources.filter { over[$0.key] == nil }
            guard left.count < sources.count else { continue }
            acknowledged[user] = left.isEmpty ? nil : left
            for source in sources.keys where over[source] != nil { forgetKept(source, of: user) }
        }
        for (session, state) in sessions {
            let written = state.written.filter { over[$0.key] == nil }
            guard written.count < state.written.count else { continue }
            sessions[session]?.written = written
            sessions[session]?.delivered = state.delivered.filter { over[$0.key] == nil }
        }
    }
}
