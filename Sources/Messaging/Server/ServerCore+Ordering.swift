import Evidence

/// What rests on the cluster's ordering: docs/messaging.md says why it is enough.
extension ServerCore {
    // MARK: One ordering

    /// Why a server may not join: its settings are not those of this cluster.
    func mismatch(_ introduction: JoinMessage.Introduction) -> String? {
        let ours = configuration.ordering.rawValue
        guard introduction.ordering != ours else { return nil }
        return "its ordering is \(introduction.ordering), that of the system is \(ours): "
            + "start it with --ordering \(ours)"
    }

    /// Tells the person at the terminal, unless it was the last thing told.
    mutating func showOnce(_ text: String) {
        guard text != lastShown else { return }
        lastShown = text
        effects.append(.show(text))
    }

    // MARK: More than streams

    /// Notes how far in the log a user was delivered things.
    mutating func noteOrder(of place: Acknowledgement) {
        guard configuration.ordering != .fifo else { return }
        let identity = MessageIdentity(
            user: place.source.user,
            stream: place.source.stream,
            number: place.number
        )
        guard let index = index(of: identity), index > acknowledgedThrough[place.user] ?? -1 else {
            return
        }
        acknowledgedThrough[place.user] = index
    }

    /// Whether a user acknowledged something behind this in the log. That the user is owed it was found out
    /// too late: now it would be out of order.
    func isPast(_ user: String, _ index: Int64) -> Bool {
        index < acknowledgedThrough[user] ?? -1
    }

    /// Where the order is total a message may come after the acknowledgement of it: super-peers that meet
    /// exchange those first.
    mutating func noteOrder(of message: StoredMessage, at index: Int64) {
        guard configuration.ordering == .total else { return }
        for (user, sources) in acknowledged
        where sources[message.source] ?? 0 >= message.identity.number
            && acknowledgedThrough[user] ?? -1 < index
        {
            acknowledgedThrough[user] = index
        }
    }

    /// Whether a message that is found out late to be pending for a user, who is here, would be out of order:
    /// where the order is causal, since a session was given something behind it in the log, which it may
    /// precede; where it is total, since the user acknowledged something behind it.
    func isTooLate(_ user: String, at index: Int64) -> Bool {
        switch configuration.ordering {
        case .fifo: false
        case .total: isPast(user, index)
        case .causal:
            (sessionsOfUser[user] ?? []).contains { session in
                guard let state = knownSessions[session] else { return false }
                return state.isOpened && state.record.supervisor == id
                    && state.deliveredThrough > index
            }
        }
    }

    /// A message would be out of order for users: it waits for them no more.
    mutating func countAsDelivered(_ users: [String], _ source: Source, _ number: Int64) {
        guard !users.isEmpty else { return }
        mark(.pendingTooLate)
        store(
            .acknowledged(
                users.map { Acknowledgement(user: $0, source: source, number: number) }
            )
        )
    }

    // MARK: Causal

    /// Whether a message of a stream is missing here.
    func isBehind(_ source: Source, _ number: Int64) -> Bool {
        has(.behindCheck) && streams[source]?.taken ?? 0 < number
    }

    /// Whether something is missing here that a client was delivered.
    func isBehind(_ delivered: [MessageIdentity]) -> Bool {
        delivered.contains {
            isBehind(Source(user: $0.user, stream: $0.stream), $0.number)
        }
    }

    /// What was written to a session, as another supervisor must know it: the order of what the client
    /// sends next rests on it.
    func written(_ session: ClientSession) -> [Acknowledgement] {
        switch configuration.ordering {
        case .causal: ClientSession.acknowledgements(session.user, session.written)
        case .fifo, .total: []
        }
    }
}
