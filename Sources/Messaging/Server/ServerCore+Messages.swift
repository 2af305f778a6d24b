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
        let isNumbered = configuration.ordering == .total && has(.numbering)
        let last = isNumbered ? lastTaken(source) : progress.taken
        let isAnonymous = identity.user == ClientRequest.anonymous
        if !isAnonymous {
            guard let state = knownSessions[session], !state.record.isClosed,
                state.record.supervisor == id, state.record.user == identity.user,
                identity.number <= last + 1 || !has(.resend)
            else {
                mark(.messageSessionElsewhere)
                let info = "the session is elsewhere"
                answer(server, .disconnect(session: session, info: info, isDenied: false))
                return
            }
        }
        guard identity.number > last || !has(.deduplication) else {
            mark(.messageRepeated)
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
        mark(.messageStored)
        store(.message(message))
        if configuration.recordsMessages {
            record(.stored, [.message: identity.description, .count: String(counted.count)])
        }
    }

    /// Stores a message: pending for those for whom it is where it comes from, and for those whom we
    /// counted.
    mutating func apply(_ message: StoredMessage, at index: Int64, isNews: Bool) {
        if message.order > 0 { storedNumbered(message) }
        let source = message.source
        if let first = kept[source]?.index(of: message.identity.number),
            has(.deduplication)
        {
            mark(.messageFromOtherWay)
            log[index].isRepeat = true
            addPending(message.pending, at: first)
            return
        }
        if !isNews { noteOrder(of: message, at: index) }
        var progress = streams[source] ?? StreamProgress()
        guard message.identity.number > progress.taken || !has(.deduplication) else {
            mark(.messageLate)
            log[index].isRepeat = true
            return
        }
        progress.taken = max(progress.taken, message.identity.number)
        streams[source] = progress
        kept[source, default: StreamStore()].append(
            message.identity.number,
            at: index,
            users: message.pending
        )
        // One that is back with its disk has users too: those whom it counted when it went down.
        guard role.serves || rising?.isReturn ?? false && hasServed, log[index].source != nil
        else { return }
        if countedIsStale { recount() }
        let others = isNews ? counted : counted(since: lastHeard(log[index].origin))
        // Nearly always everybody counts the same.
        guard others != message.pending else { return }
        let known = Set(message.pending)
        let more = others.filter { !known.contains($0) && (isNews || !isPast($0, index)) }
        guard !more.isEmpty else { return }
        mark(.pendingAdded)
        store(.pending(users: more, messages: [message.identity]))
    }

    /// When a super-peer was heard last before it was lost; where it never was, since we serve: also
    /// before we came back with our disk, as long as others were lost then.
    private func lastHeard(_ server: ServerID) -> Instant {
        let first = lost.values.map(\.lastHeard).min() ?? servingSince
        return (lost[server]?.lastHeard ?? min(servingSince, first)) - hold
    }

    /// Where a message lies in the log; nil where it is not kept.
    func index(of message: MessageIdentity) -> Int64? {
        kept[Source(user: message.user, stream: message.stream)]?.index(of: message.number)
    }

    /// The users for whom a stored message is pending.
    func pendingUsers(at index: Int64) -> [String] {
        guard index >= log.start, case .message(let message) = log[index].item else { return [] }
        let number = message.identity.number
        let first = message.pending.filter { acknowledged[$0]?[message.source] ?? 0 < number }
        guard let more = waiting[index], !more.isEmpty else { return first }
        return more.union(first).sorted()
    }

    /// Makes a stored message pending for more users than it was at first; those who are here get it
    /// at once.
    mutating func addPending(_ users: [String], at index: Int64) {
        guard index >= log.start, case .message(let message) = log[index].item else { return }
        let number = message.identity.number
        var late: [String] = []
        for user in users where !message.pending.contains(user) {
            guard acknowledged[user]?[message.source] ?? 0 < number,
                waiting[index, default: []].insert(user).inserted
            else { continue }
            let place = PendingPlace(number: number, index: index)
            var places = pending[user]?[message.source] ?? []
            let at = places.lastIndex { $0.number < number }.map { $0 + 1 } ?? 0
            places.insert(place, at: at)
            pending[user, default: [:]][message.source] = places
            if index < log.heldThrough { late.append(user) }
        }
        let tooLate = late.filter { isTooLate($0, at: index) }
        if !tooLate.isEmpty {
            late.removeAll { tooLate.contains($0) }
            countAsDelivered(tooLate, message.source, number)
        }
        guard !late.isEmpty else { return }
        mark(.pendingDeliveredLate)
        let run = HeldRun(message)
        deliver(
            run.messages,
            of: run.source,
            to: late,
            toAnonymous: false,
            isPending: true,
            through: index
        )
    }

    /// Notes how far in the log a session was delivered things.
    private mutating func delivers(to session: SessionID, through index: Int64) {
        guard configuration.ordering == .causal,
            knownSessions[session]?.deliveredThrough ?? index < index
        else { return }
        knownSessions[session]?.deliveredThrough = index
    }

    /// Orders the delivery of messages of a stream to the sessions of users that we answer for.
    mutating func deliver(
        _ messages: [PeerReply.Delivery.Message],
        of source: Source,
        to users: [String],
        toAnonymous: Bool,
        isPending: Bool = false,
        through index: Int64? = nil
    ) {
        var receivers: [ServerID: [SessionID]] = [:]
        for user in users {
            for session in sessionsOfUser[user] ?? [] {
                guard let state = knownSessions[session], state.isOpened,
                    state.record.supervisor == id
                else { continue }
                receivers[state.record.server, default: []].append(session)
                delivers(to: session, through: index ?? log.heldThrough - 1)
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
                        source: source,
                        messages: messages,
                        sessions: sessions,
                        toAnonymous: toAnonymous,
                        isPending: isPending
                    )
                )
            )
        }
    }

    /// Orders the delivery of everything that is held and pending for a user to its session.
    mutating func deliverPending(to session: SessionID) {
        guard let state = knownSessions[session] else { return }
        var run: HeldRun?
        for index in pendingIndices(of: state.record.user) where index < log.heldThrough {
            guard case .message(let message) = log[index].item else { continue }
            if configuration.ordering == .total, isPast(state.record.user, index) {
                countAsDelivered([state.record.user], message.source, message.identity.number)
                continue
            }
            mark(.pendingDelivered)
            delivers(to: session, through: index)
            if run?.append(message) ?? false { continue }
            if let run { deliver(run, to: session, of: state.record.server) }
            run = HeldRun(message)
        }
        if let run { deliver(run, to: session, of: state.record.server) }
    }

    private mutating func deliver(_ run: HeldRun, to session: SessionID, of server: ServerID) {
        let delivery = PeerReply.Delivery(
            source: run.source,
            messages: run.messages,
            sessions: [session],
            toAnonymous: false,
            isPending: true
        )
        answer(server, .broadcast(delivery))
    }

    /// Where the messages that are pending for a user lie in the log, in its order.
    private func pendingIndices(of user: String) -> [Int64] {
        var indices = (pending[user] ?? [:]).values.flatMap { $0.map(\.index) }
        for (source, store) in kept {
            let read = acknowledged[user]?[source] ?? 0
            for run in store.runs where run.last > read && run.users.contains(user) {
                for number in max(run.first, read + 1)...run.last {
                    if let index = store.index(of: number) { indices.append(index) }
                }
            }
        }
        return indices.sorted()
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
        noteOrder(of: acknowledgement)
        keep(acknowledgement)
        while let first = pending[user]?[source]?.first, first.number <= acknowledgement.number {
            pending[user]?[source]?.removeFirst()
            waiting[first.index]?.remove(user)
        }
        if pending[user]?[source]?.isEmpty ?? false { pending[user]?[source] = nil }
    }
}
