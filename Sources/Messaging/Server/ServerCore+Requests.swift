import Evidence

/// What servers below ask of this super-peer; this server is one of them.
extension ServerCore {
    mutating func handle(_ request: PeerRequest, from server: ServerID) {
        mark(request.mark)
        switch request {
        case .attach(let sessions):
            for adoption in sessions { adopt(adoption, from: server) }
        case .register(let request, let user, let secret):
            register(user, secret, request, from: server)
        case .login(let attempt):
            login(attempt, from: server)
        case .activity(let session, let identity, let activity):
            take(session, identity, activity, from: server)
        case .delivered(let session, let batch, let places):
            delivered(session, batch, places, from: server)
        case .disconnected(let session, let isLogout):
            logins[session] = nil
            // Whoever comes again at once, elsewhere, is not told again what was delivered.
            flushAcknowledgements()
            guard let state = knownSessions[session], !state.record.isClosed,
                state.record.supervisor == id
            else { return }
            if isLogout || !state.isOpened {
                close(session)
            } else {
                sessionGone(session)
            }
        case .heartbeat(let number):
            answer(server, .heartbeat(number: number))
        case .who(let session):
            let users = Array(counted.prefix(Self.whoMax))
            answer(server, .who(session: session, users: users, count: Int64(counted.count)))
        case .probeAnswer(let number, let isAlive):
            probeAnswered(number, isAlive)
        case .announce(let load):
            loadTold(by: server)
            peers[server]?.place.load = load
        case .infoAcknowledged:
            peerHasInfo(server)
        }
    }

    // MARK: Who counts as connected

    /// The most names in an answer to WHO.
    private static let whoMax = 500

    /// Whether the super-peer of a session is here, or not lost for longer than `hold`.
    private func isSupervised(_ record: SessionRecord) -> Bool {
        if record.supervisor == id || isLinked(record.supervisor) { return true }
        guard let loss = lost[record.supervisor], !isLinked(record.supervisor) else { return false }
        return now - loss.lostAt <= hold
    }

    func isCounted(_ session: SessionID) -> Bool {
        guard let state = knownSessions[session], !state.record.isClosed else { return false }
        return isSupervised(state.record)
    }

    /// Takes what another side did with a session while we were not linked, and what of it comes in the order
    /// of its log: from here on it knew better than we whether the user counted. But whose session was
    /// here counted here, unless that was before we came back with our disk.
    mutating func applyLate(_ record: SessionRecord) {
        if countedIsStale { recount() }
        apply(record)
        if countedIsStale { recount(isKnownElsewhere: true) }
    }

    private func wasHere(_ user: String) -> Bool {
        guard !(rising?.isReturn ?? false) else { return false }
        return knownSessions.values.contains { state in
            state.record.user == user && state.record.supervisor == id
                && state.closedAt.map { self.now - $0 <= hold * 4 } ?? true
        }
    }

    /// Finds out anew who counts, and notes when those who do no more did last; never, as far as we are
    /// concerned, where another side knows.
    mutating func recount(isKnownElsewhere: Bool = false) {
        countedIsStale = false
        var now: Set<String> = []
        for (user, sessions) in sessionsOfUser {
            if sessions.contains(where: { isCounted($0) }) { now.insert(user) }
        }
        for user in counted where !now.contains(user) {
            let at = isKnownElsewhere && !wasHere(user) ? Instant.zero : self.now
            let place = LastCounted(at: at, logEnd: log.end)
            lastCounted[user] = place
            keep(place, of: user)
        }
        counted = now.sorted()
    }

    /// The users that counted at any time since then.
    func counted(since then: Instant) -> [String] {
        let left = lastCounted.filter { $0.value.at >= then }.map(\.key)
        return Set(counted).union(left).sorted()
    }

    // MARK: Sessions

    /// A session's connection or server is lost: its user counts for `hold` yet.
    mutating func sessionGone(_ session: SessionID) {
        guard let state = knownSessions[session], !state.record.isClosed, state.goneAt == nil
        else { return }
        mark(.sessionGone)
        knownSessions[session]?.goneAt = now
    }

    mutating func watchSessions() {
        let gone = knownSessions.filter { _, state in
            guard let goneAt = state.goneAt, now - goneAt > hold else { return false }
            return state.record.supervisor == id && !state.record.isClosed
        }
        for session in gone.keys.sorted() {
            mark(.sessionTimedOut)
            close(session)
        }
        if lost.values.contains(where: { now - $0.lostAt <= hold + tickEvery * 2 }) {
            countedIsStale = true
        }
    }

    /// Ends a session, by an item that everybody gets.
    mutating func close(_ session: SessionID) {
        guard var record = knownSessions[session]?.record, !record.isClosed else { return }
        record.isClosed = true
        store(.session(record))
    }

    /// Takes what a super-peer says of a session, where that is newer than what is known.
    mutating func apply(_ record: SessionRecord) {
        let old = knownSessions[record.id]
        if let old, !record.supersedes(old.record) { return }
        countedIsStale = true
        var state = old ?? KnownSession(record: record)
        state.record = record
        state.goneAt = nil
        state.isGone = false
        if record.supervisor != id { state.isOpened = false }
        if record.isClosed {
            state.isOpened = false
            state.closedAt = now
            sessionsOfUser[record.user]?.removeAll { $0 == record.id }
            if sessionsOfUser[record.user]?.isEmpty ?? false {
                sessionsOfUser[record.user] = nil
            }
        } else if !(sessionsOfUser[record.user] ?? []).contains(record.id) {
            // It was closed where its server had been, and goes on elsewhere.
            state.closedAt = nil
            sessionsOfUser[record.user, default: []].append(record.id)
            sessionsOfUser[record.user]?.sort()
        }
        knownSessions[record.id] = state
        keep(record)
        if record.isClosed, let old, old.record.supervisor == id, !old.record.isClosed {
            ended(record, on: old.record.server)
        }
        if !record.isClosed {
            closeLosers(of: record.user)
            settleConflict(of: record.user)
        }
    }

    /// A session of ours was closed: its client must know.
    private mutating func ended(_ record: SessionRecord, on server: ServerID) {
        let isLoser = hasLostName(record)
        let info =
            isLoser ? Self.registeredEarlier(record.user) : "the user is logged in elsewhere"
        if logins.removeValue(forKey: record.id) != nil {
            let reason = isLoser ? LoginFailure.wrongSecret : .already
            answer(server, .loginFailed(session: record.id, reason: reason, info: info))
        } else {
            answer(server, .disconnect(session: record.id, info: info, isDenied: isLoser))
        }
    }

    static func registeredEarlier(_ user: String) -> String {
        "\(user) was registered earlier on another side of the system, which stays"
    }

    /// Whether a session logged in by a registration that gave way to an earlier one.
    private func hasLostName(_ record: SessionRecord) -> Bool {
        guard let mark = record.registered, let registration = registrations[record.user] else {
            return false
        }
        return registration.mark != mark
    }

    /// Sides met, and of two registrations of a name the earlier one stays: who logged in by the
    /// other one is told and disconnected. Its user counts for `hold` yet: it may know the secret that
    /// stays, and come back.
    mutating func closeLosers(of user: String) {
        for session in sessionsOfUser[user] ?? [] {
            guard let state = knownSessions[session], state.record.supervisor == id,
                hasLostName(state.record)
            else { continue }
            sendAway(session, info: Self.registeredEarlier(user), isDenied: true)
        }
    }

    /// Has a session of ours disconnected. Until its client knows it takes itself for connected: its user
    /// counts as after any loss of the connection.
    private mutating func sendAway(_ session: SessionID, info: String, isDenied: Bool) {
        guard let state = knownSessions[session] else { return }
        if state.isOpened {
            let reply = PeerReply.disconnect(session: session, info: info, isDenied: isDenied)
            answer(state.record.server, reply)
        } else if state.goneAt == nil {
            close(session)
        }
    }

    /// Of two open sessions of a user one must go; its super-peer closes it. None goes for one whose
    /// connection is lost, as that of a server that comes back with its disk.
    private mutating func settleConflict(of user: String) {
        let records = (sessionsOfUser[user] ?? []).compactMap { knownSessions[$0] }
            .filter { !$0.isGone }.map(\.record)
            .filter { $0.supervisor == id || isLinked($0.supervisor) }
            .filter { !hasLostName($0) }
        for record in records where record.supervisor == id {
            guard records.contains(where: { $0.id != record.id && record.yields(to: $0) }) else {
                continue
            }
            mark(.sessionYields)
            sendAway(
                record.id,
                info: "the user is logged in elsewhere",
                isDenied: false
            )
        }
    }

    /// Sides met: the sessions of the other one may be second ones.
    mutating func settleConflicts(of server: ServerID) {
        let users = knownSessions.values.filter {
            !$0.record.isClosed && $0.record.supervisor == server
        }
        for user in Set(users.map(\.record.user)).sorted() { settleConflict(of: user) }
    }

    /// A server below brings a session along.
    mutating func adopt(_ adoption: PeerRequest.Adoption, from server: ServerID) {
        var record = adoption.record
        for place in adoption.delivered { apply(place) }
        let source = Source(user: record.user, stream: record.stream)
        let taken = streams[source]?.taken ?? 0
        guard let state = knownSessions[record.id], !state.record.isClosed,
            isCounted(record.id), taken >= adoption.acknowledged,
            !adoption.written.contains(where: { isBehind($0.source, $0.number) })
        else {
            mark(.sessionRefused)
            let info = "the session is not known here"
            answer(server, .disconnect(session: record.id, info: info, isDenied: false))
            return
        }
        mark(.sessionAdopted)
        record.supervisor = id
        record.stamp = state.record.stamp
        record.registered = state.record.registered
        store(.session(record))
        guard knownSessions[record.id]?.record == record else { return }
        knownSessions[record.id]?.isOpened = true
        if has(.pendingOnFailover) { deliverPending(to: record.id) }
        if let held = streams[source]?.held, held > adoption.acknowledged {
            answer(server, .acknowledged(session: record.id, number: held))
        }
    }
}
