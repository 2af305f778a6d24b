import DequeModule
import Evidence

/// The store of messages: what is pending for whom.
extension ServerCore {
    /// A client of a server below says something.
    mutating func take(
        _ session: SessionID,
        _ identity: MessageIdentity,
        _ activity: Activity,
        from server: ServerID
    ) {
        let source = Source(user: identity.user, stream: identity.stream)
        let progress = streams[source] ?? StreamProgress()
        let isNumbered = configuration.ordering == .total
        let last = isNumbered ? lastTaken(source) : progress.taken
        let isAnonymous = identity.user == ClientRequest.anonymous
        if !isAnonymous {
            guard let state = knownSessions[session], !state.record.isClosed,
                state.record.supervisor == id, state.record.user == identity.user,
                identity.number <= last + 1
            else {
                answer(server, .disconnect(session: session, info: "the session is elsewhere"))
                return
            }
        }
        guard identity.number > last else {
            if identity.number <= progress.held {
                answer(server, .acknowledged(session: session, number: progress.held))
            }
            return
        }
        if isNumbered {
            awaitNumber(identity, activity)
            return
        }
        if countedIsStale { recount() }
        let message = StoredMessage(identity: identity, activity: activity, pending: counted)
        store(.message(message))
        record(.stored, [.message: identity.description, .count: String(counted.count)])
    }

    /// Stores a message: pending for those for whom it is where it comes from, and for those whom we
    /// counted.
    mutating func apply(_ message: StoredMessage, at index: Int64, isNews: Bool) {
        if message.order > 0 { storedNumbered(message) }
        if let first = messageIndex[message.identity] {
            log[index].isRepeat = true
            addPending(message.pending, at: first)
            return
        }
        let source = message.source
        var progress = streams[source] ?? StreamProgress()
        guard message.identity.number > progress.taken else {
            log[index].isRepeat = true
            return
        }
        progress.taken = message.identity.number
        streams[source] = progress
        messageIndex[message.identity] = index
        addPending(message.pending, at: index)
        guard role.serves, log[index].source != nil else { return }
        if countedIsStale { recount() }
        let others = isNews ? counted : counted(since: lastHeard(log[index].origin))
        let more = others.filter { !message.pending.contains($0) }
        guard !more.isEmpty else { return }
        store(.pending(users: more, messages: [message.identity]))
    }

    /// When a super-peer was heard last before it was lost; where it never was, since we serve.
    private func lastHeard(_ server: ServerID) -> Instant {
        (lost[server]?.lastHeard ?? servingSince) - hold
    }

    /// Makes a stored message pending for more users; those who are here get it at once.
    mutating func addPending(_ users: [String], at index: Int64) {
        guard index >= log.start, case .message(let message) = log[index].item else { return }
        let number = message.identity.number
        var late: Set<String> = []
        for user in users {
            guard acknowledged[user]?[message.source] ?? 0 < number,
                waiting[index, default: []].insert(user).inserted
            else { continue }
            let place = PendingPlace(number: number, index: index)
            var places = pending[user]?[message.source] ?? []
            let at = places.lastIndex { $0.number < number }.map { $0 + 1 } ?? 0
            places.insert(place, at: at)
            pending[user, default: [:]][message.source] = places
            if index < log.heldThrough { late.insert(user) }
        }
        if !late.isEmpty { deliver(message, to: late, toAnonymous: false) }
    }

    /// Orders the delivery of a message to the sessions of users that we answer for.
    mutating func deliver(_ message: StoredMessage, to users: Set<String>, toAnonymous: Bool) {
        var receivers: [ServerID: [SessionID]] = [:]
        for user in users {
            for session in sessionsOfUser[user] ?? [] {
                guard let state = knownSessions[session], state.isOpened,
                    state.record.supervisor == id
                else { continue }
                receivers[state.record.server, default: []].append(session)
            }
        }
        let below = toAnonymous ? [id] + peers.keys.sorted() : receivers.keys.sorted()
        for server in below {
            let sessions = receivers[server]?.sorted() ?? []
            if sessions.isEmpty && (!toAnonymous || server == id && anonymous.isEmpty) { continue }
            answer(
                server,
                .broadcast(
                    PeerReply.Delivery(
                        identity: message.identity,
                        activity: message.activity,
                        sessions: sessions,
                        toAnonymous: toAnonymous,
                        order: message.order
                    )
                )
            )
        }
    }

    /// Orders the delivery of everything that is held and pending for a user to its session.
    mutating func deliverPending(to session: SessionID) {
        guard let state = knownSessions[session] else { return }
        let places = (pending[state.record.user] ?? [:]).values.flatMap { $0 }
            .filter { $0.index < log.heldThrough }
            .sorted { $0.index < $1.index }
        for place in places {
            guard case .message(let message) = log[place.index].item else { continue }
            answer(
                state.record.server,
                .broadcast(
                    PeerReply.Delivery(
                        identity: message.identity,
                        activity: message.activity,
                        sessions: [session],
                        toAnonymous: false,
                        order: message.order
                    )
                )
            )
        }
    }

    /// Tells senders how far their streams are held.
    mutating func tellSenders() {
        guard !sendersToTell.isEmpty else { return }
        for source in sendersToTell.sorted() {
            guard let progress = streams[source] else { continue }
            for session in sessionsOfUser[source.user] ?? [] {
                guard let state = knownSessions[session], state.isOpened,
                    state.record.supervisor == id, state.record.stream == source.stream
                else { continue }
                answer(
                    state.record.server,
                    .acknowledged(session: session, number: progress.held)
                )
            }
        }
        sendersToTell = []
    }

    // MARK: Acknowledgements

    /// Clients of a server below were delivered something.
    mutating func delivered(
        _ session: SessionID,
        _ batch: Int64,
        _ places: [Acknowledgement],
        from server: ServerID
    ) {
        for place in places {
            apply(place)
            let before = newAcknowledgements[place.user]?[place.source] ?? 0
            newAcknowledgements[place.user, default: [:]][place.source] = max(before, place.number)
        }
        acknowledgementWaiters.append(
            .deliveries(server: server, session: session, batch: batch)
        )
    }

    /// Stores what was acknowledged since the last time, as one item.
    mutating func flushAcknowledgements() {
        guard !acknowledgementWaiters.isEmpty else { return }
        let acknowledgements = newAcknowledgements.sorted { $0.key < $1.key }.flatMap {
            ClientSession.acknowledgements($0.key, $0.value)
        }
        newAcknowledgements = [:]
        let index = store(.acknowledged(acknowledgements))
        for waiter in acknowledgementWaiters { once(held: index, waiter) }
        acknowledgementWaiters = []
    }

    mutating func apply(_ acknowledgement: Acknowledgement) {
        let user = acknowledgement.user
        let source = acknowledgement.source
        guard acknowledgement.number > acknowledged[user]?[source] ?? 0 else { return }
        acknowledged[user, default: [:]][source] = acknowledgement.number
        while let first = pending[user]?[source]?.first, first.number <= acknowledgement.number {
            pending[user]?[source]?.removeFirst()
            waiting[first.index]?.remove(user)
        }
        if pending[user]?[source]?.isEmpty ?? false { pending[user]?[source] = nil }
    }
}
