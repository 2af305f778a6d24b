import Evidence

/// Passing on what others lack, in the order in which it was stored, and what is held.
extension ServerCore {
    /// How long an item is left to the super-peer that took it, before others pass it on too.
    private var patience: Duration { hold / 20 }

    /// What another super-peer, or this one, says.
    mutating func handle(_ message: MeshMessage, from server: ServerID) {
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
        guard sequence > log.vector[origin] else { return }
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
    private mutating func apply(_ item: Item, at index: Int64, isNews: Bool) {
        switch item {
        case .message(let message): apply(message, at: index, isNews: isNews)
        case .pending(let users, let messages):
            for identity in messages {
                guard let index = messageIndex[identity] else { continue }
                addPending(users, at: index)
            }
        case .acknowledged(let acknowledgements):
            for acknowledgement in acknowledgements { apply(acknowledgement) }
        case .session(let record): apply(record)
        case .registered(let registration): apply(registration)
        }
    }

    /// Passes on to every linked super-peer what it lacks.
    mutating func passOn() {
        var frames: [Int64: Frame] = [:]
        for server in linkedServers { passOn(to: server, &frames) }
    }

    private mutating func passOn(to server: ServerID, _ frames: inout [Int64: Frame]) {
        guard var link = links[server] else { return }
        link.cursor = max(link.cursor, log.start)
        while link.cursor < log.end {
            let entry = log[link.cursor]
            let isThere =
                link.has(entry.origin, entry.sequence)
                || link.sent[entry.origin] >= entry.sequence
            if !isThere {
                if isComing(entry, to: link) { break }
                link.sent.raise(entry.origin, to: entry.sequence)
                let frame =
                    frames[link.cursor]
                    ?? MeshMessage.item(
                        current(entry, at: link.cursor),
                        origin: entry.origin,
                        sequence: entry.sequence
                    ).frame()
                frames[link.cursor] = frame
                send(link.connection, frame)
            }
            link.cursor += 1
        }
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
        guard entry.source != nil, case .message(var message) = entry.item,
            let users = waiting[messageIndex[message.identity] ?? index]
        else { return entry.item }
        message.pending = users.union(message.pending).sorted()
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
        let linked = links.values.filter(\.isLinked)
        while log.heldThrough < log.end {
            let entry = log[log.heldThrough]
            guard linked.allSatisfy({ $0.has(entry.origin, entry.sequence) }) else { break }
            let index = log.heldThrough
            log.heldThrough += 1
            held(entry, at: index)
        }
        tellSenders()
    }

    private mutating func held(_ entry: ReplicatedLog.Entry, at index: Int64) {
        if case .message(let message) = entry.item, !entry.isRepeat {
            streams[message.source]?.held = message.identity.number
            sendersToTell.insert(message.source)
            deliver(message, to: waiting[index] ?? [], toAnonymous: true)
        }
        for waiter in waiters.removeValue(forKey: index) ?? [] {
            switch waiter {
            case .login(let session): loginHeld(session)
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

    /// Drops what is old and waits for nobody; beyond the bound, what waits too.
    mutating func dropOld() {
        let limits = configuration.limits
        while log.start < log.heldThrough {
            let entry = log[log.start]
            let isTooMany = log.end - log.start > limits.logEntriesMax
            let isOld = now - entry.storedAt > limits.settledRetention
            guard isTooMany || isOld && (waiting[log.start]?.isEmpty ?? true) else { break }
            forgetMessage(entry, at: log.start)
            _ = log.dropFirst()
        }
        for (session, state) in knownSessions {
            if let closedAt = state.closedAt, now - closedAt > limits.settledRetention {
                knownSessions[session] = nil
            }
        }
    }

    private mutating func forgetMessage(_ entry: ReplicatedLog.Entry, at index: Int64) {
        guard case .message(let message) = entry.item, !entry.isRepeat else { return }
        messageIndex[message.identity] = nil
        droppedStreams[message.source] = message.identity.number
        guard let users = waiting.removeValue(forKey: index), !users.isEmpty else { return }
        for user in users {
            pending[user]?[message.source]?.removeAll { $0.index == index }
        }
        record(.dropped, [.message: message.identity.description, .reason: "store is full"])
    }
}
