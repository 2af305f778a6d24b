import Evidence

/// Passing on what others lack, in the order in which it was stored, and what is held.
extension ServerCore {
    /// How long an item is left to the super-peer that took it, before others pass it on too.
    private var patience: Duration { hold / 20 }

    /// From so many bytes on, items on their way are put into another frame.
    private static var partBytes: Int { 1 << 16 }

    /// What another super-peer, or this one, says.
    mutating func handle(_ message: MeshMessage, from server: ServerID) {
        mark(message.mark)
        switch message {
        case .info(let info): informed(info, by: server)
        case .announce(let announcement): announced(announcement, by: server)
        case .item(let item, let origin, let sequence):
            receive(item, origin, sequence, from: server)
        case .stored(let vector): links[server]?.known.raise(to: vector)
        case .raise: raiseOne()
        case .raising(let place): learn([place])
        case .raised(let peer): raiseEnded(peer)
        case .epoch(let message): handle(message, from: server)
        case .order(let message): handle(message, from: server)
        case .register(let request, let user, let secret):
            masterRegister(user, secret, for: .link(server, request: request))
        case .registerAnswer(let request, let answer): forwardedAnswered(request, answer)
        case .vote(let number, let epoch, let registration):
            vote(number, epoch, registration, for: server)
        case .voted(let number, let epoch): voted(number, epoch, by: server)
        case .query(let request, let user): masterQuery(user, for: .link(server, request))
        case .queryAnswer(let request, let isKnown, let registration):
            queryAnswered(request, isKnown, registration)
        case .probe(let number, let session):
            probe(session, for: .link(server, number: number))
        case .probeAnswer(let number, let isAlive): probeAnswered(number, isAlive)
        }
    }

    /// Stores an item that was taken here; gives its index.
    @discardableResult
    mutating func store(_ item: Item) -> Int64 {
        let entry = ReplicatedLog.Entry(
            item: item,
            origin: id,
            sequence: log.vector[id] + 1,
            storedAt: now,
            source: nil
        )
        let index = log.append(entry)
        apply(item, at: index, isNews: true)
        return index
    }

    /// Takes an item from another super-peer.
    private mutating func receive(
        _ item: Item,
        _ origin: ServerID,
        _ sequence: Int64,
        from server: ServerID
    ) {
        links[server]?.known.raise(origin, to: sequence)
        // It needs no telling what it told us.
        guard sequence > log.vector[origin] else {
            mark(.itemRepeated)
            return
        }
        guard sequence == log.vector[origin] + 1 else {
            if let connection = links[server]?.connection {
                refuse(connection, "item \(sequence) of \(origin) came after \(log.vector[origin])")
            }
            return
        }
        if configuration.ordering == .total, case .message(let message) = item,
            message.order > log.lastOrder + 1
        {
            if let connection = links[server]?.connection {
                refuse(connection, "message \(message.order) came after \(log.lastOrder)")
            }
            return
        }
        let entry = ReplicatedLog.Entry(
            item: item,
            origin: origin,
            sequence: sequence,
            storedAt: now,
            source: server
        )
        let index = log.append(entry)
        unannounced[origin] = sequence
        let isNews = isLinked(origin) && sequence > links[origin]?.first[origin] ?? 0
        apply(item, at: index, isNews: isNews)
    }

    /// Does what an item says. `isNews`: it comes at once from where it was taken, not late.
    mutating func apply(_ item: Item, at index: Int64, isNews: Bool) {
        switch item {
        case .message(let message): apply(message, at: index, isNews: isNews)
        case .pending(let users, let messages):
            pendingThrough = index + 1
            for identity in messages {
                guard let index = self.index(of: identity) else { continue }
                addPending(users, at: index)
            }
        case .acknowledged(let acknowledgements):
            for acknowledgement in acknowledgements { apply(acknowledgement) }
        case .session(let record):
            if isNews { apply(record) } else { applyLate(record) }
        case .registered(let registration): apply(registration)
        }
    }

    /// Passes on to every linked super-peer what it lacks.
    mutating func passOn() {
        guard links.values.contains(where: { $0.isLinked && $0.cursor < log.end }) else { return }
        var frames: [Int64: Frame] = [:]
        for server in linkedServers { passOn(to: server, &frames) }
    }

    private mutating func passOn(to server: ServerID, _ frames: inout [Int64: Frame]) {
        guard var link = links[server] else { return }
        var lines: [UInt8] = []
        link.cursor = max(link.cursor, log.start)
        while link.cursor < log.end {
            let entry = log[link.cursor]
            let isThere =
                link.has(entry.origin, entry.sequence)
                || link.sent[entry.origin] >= entry.sequence
            if !isThere {
                // For whom else messages are pending others know before we say what we stored since: that,
                // and what precedes it in the log, is left to nobody.
                if link.cursor >= pendingThrough, isComing(entry, to: link) {
                    mark(.itemLeftToSource)
                    break
                }
                if entry.source != nil { mark(.itemPassedOnForOther) }
                link.sent.raise(entry.origin, to: entry.sequence)
                let frame =
                    frames[link.cursor]
                    ?? MeshMessage.item(
                        current(entry, at: link.cursor),
                        origin: entry.origin,
                        sequence: entry.sequence
                    ).frame()
                frames[link.cursor] = frame
                lines += frame.bytes
                if lines.count >= Self.partBytes {
                    send(link.connection, Frame(lines))
                    lines.removeAll(keepingCapacity: true)
                }
            }
            link.cursor += 1
        }
        if !lines.isEmpty { send(link.connection, Frame(lines)) }
        links[server] = link
    }

    /// Whether a super-peer gets an item from where we have it, so that we need not pass it on yet.
    private func isComing(_ entry: ReplicatedLog.Entry, to link: Link) -> Bool {
        guard let source = entry.source, source != link.place.id, now - entry.storedAt < patience,
            let other = links[source], other.isLinked
        else { return false }
        return other.links.contains(link.place.id) && link.links.contains(source)
    }

    /// A message is passed on with all the users for whom it is pending here.
    private func current(_ entry: ReplicatedLog.Entry, at index: Int64) -> Item {
        guard entry.source != nil, case .message(var message) = entry.item else {
            return entry.item
        }
        let more = pendingUsers(at: self.index(of: message.identity) ?? index)
            .filter { !message.pending.contains($0) }
        if !more.isEmpty { message.pending = (message.pending + more).sorted() }
        return .message(message)
    }

    /// Tells all linked super-peers what was stored from others.
    mutating func tellStored() {
        guard !unannounced.isEmpty else { return }
        var vector = VersionVector()
        for (origin, sequence) in unannounced { vector.raise(origin, to: sequence) }
        unannounced = [:]
        tellAll(.stored(vector))
    }

    // MARK: Held

    /// Goes on to the first entry that some linked super-peer lacks.
    mutating func advanceHeld() {
        guard log.heldThrough < log.end else {
            tellSenders()
            return
        }
        guard hasCaughtUp() || !has(.heldBeforeAnswer) else { return }
        let linked = links.values.filter(\.isLinked)
        var run: HeldRun?
        while log.heldThrough < log.end {
            let entry = log[log.heldThrough]
            guard
                !has(.heldBeforeAnswer)
                    || linked.allSatisfy({ $0.has(entry.origin, entry.sequence) })
            else { break }
            let index = log.heldThrough
            log.heldThrough += 1
            // What was there before this super-peer served, its anonymous clients had from another one.
            if index == anonymousFrom { deliver(&run) }
            if case .message(let message) = entry.item, !entry.isRepeat {
                let isNew = role.serves && index >= anonymousFrom
                let more = waiting[index] ?? []
                if !more.isEmpty || !(run?.append(message) ?? false) {
                    deliver(&run)
                    run = HeldRun(message, toAnonymous: isNew)
                    if !more.isEmpty { deliver(&run, more: more) }
                }
            }
            if let waiters = waiters.removeValue(forKey: index) {
                deliver(&run)
                held(waiters)
            }
        }
        deliver(&run)
        tellSenders()
    }

    /// Whether all is here that linked super-peers had when the links were made: before, nobody knows
    /// for whom they made pending what waits to be held.
    private mutating func hasCaughtUp() -> Bool {
        var hasAll = true
        for (server, link) in links where link.isLinked && !link.isCaughtUp {
            let isCaughtUp = log.vector.covers(link.first)
            links[server]?.isCaughtUp = isCaughtUp
            hasAll = hasAll && isCaughtUp
        }
        return hasAll
    }

    /// Delivers messages that are held to those for whom they are pending.
    private mutating func deliver(_ run: inout HeldRun?, more: Set<String> = []) {
        guard let held = run else { return }
        run = nil
        let source = held.source
        streams[source]?.held = held.last
        sendersToTell.insert(source)
        let late = tooLate(held, more: more)
        var users: [String] = []
        for user in held.users where !late.contains(user) {
            let read = acknowledged[user]?[source] ?? 0
            if read < held.first {
                users.append(user)
            } else if read < held.last {
                deliver(held.after(read), of: source, to: [user], toAnonymous: false)
            }
        }
        if !more.isEmpty { users = more.subtracting(late).union(users).sorted() }
        countAsDelivered(late, source, held.last)
        deliver(held.messages, of: source, to: users, toAnonymous: held.toAnonymous)
    }

    /// Those for whom messages are pending that would be out of order for them, where the order is total.
    private func tooLate(_ held: HeldRun, more: Set<String>) -> [String] {
        let source = held.source
        let last = MessageIdentity(user: source.user, stream: source.stream, number: held.last)
        guard configuration.ordering == .total, let index = index(of: last) else { return [] }
        let users = more.isEmpty ? held.users : more.union(held.users).sorted()
        return users.filter { isPast($0, index) && acknowledged[$0]?[source] ?? 0 < held.last }
    }

    private mutating func held(_ waiters: [HeldWaiter]) {
        for waiter in waiters {
            switch waiter {
            case .login(let session): loginHeld(session)
            case .anonymous(let server, let session):
                answer(server, .loginSucceeded(session: session, accepted: 0, taken: 0))
            case .deliveries(let server, let session, let batch):
                answer(server, .deliveriesHeld(session: session, batch: batch))
            case .registration(let number): registrationHeld(number)
            }
        }
    }

    /// Does something once an entry is held.
    mutating func once(held index: Int64, _ waiter: HeldWaiter) {
        waiters[index, default: []].append(waiter)
    }

    // MARK: Retention

    /// Drops what is old and waits for nobody; beyond the bounds of number, bytes and age, what waits too.
    mutating func dropOld() {
        let limits = configuration.limits
        // A super-peer that was told where the log begins, and is not linked yet, gets it from there.
        let isAwaited = links.values.contains { !$0.isLinked }
        while log.start < log.heldThrough {
            let entry = log[log.start]
            let isTooMany =
                log.end - log.start > limits.logEntriesMax || log.bytes > limits.logBytesMax
            let isTooOld = now - entry.storedAt > limits.pendingRetention
            let isOld = !isAwaited && now - entry.storedAt > limits.settledRetention
            guard isTooMany || isTooOld || isOld && pendingUsers(at: log.start).isEmpty else {
                break
            }
            mark(.droppedOld)
            forgetMessage(
                entry,
                at: log.start,
                because: isTooMany ? "store is full" : "nobody came for it"
            )
            _ = log.dropFirst()
        }
        forgetOld()
    }

    mutating func forgetMessage(
        _ entry: ReplicatedLog.Entry,
        at index: Int64,
        because reason: String
    ) {
        guard case .message(let message) = entry.item, !entry.isRepeat else { return }
        let users = pendingUsers(at: index)
        if var store = kept.removeValue(forKey: message.source) {
            store.drop(through: message.identity.number)
            // A stream of which nothing is kept costs nothing, however many there were.
            if !store.isEmpty { kept[message.source] = store }
        }
        droppedStreams[message.source] = message.identity.number
        keepDropped(message.source, message.identity.number)
        for user in waiting.removeValue(forKey: index) ?? [] {
            pending[user]?[message.source]?.removeAll { $0.index == index }
        }
        guard !users.isEmpty else { return }
        mark(.droppedPending)
        record(.dropped, [.message: message.identity.description, .reason: reason])
    }
}
