import DequeModule
import Evidence

/// An open session: what its client says and is told.
extension ServerCore {
    mutating func say(
        _ user: String,
        _ secret: String,
        _ activity: Activity,
        _ place: StreamPlace?,
        over connection: ConnectionID
    ) throws(WireError) {
        guard case .session(let id)? = clients[connection],
            let admission = sessions[id]?.admit(
                user,
                secret,
                activity,
                place,
                configuration.markKey,
                configuration.mechanisms
            )
        else {
            deny(connection, "no user is logged in on this connection")
            return
        }
        switch admission {
        case .denied:
            deny(connection, "username and/or secret is incorrect")
        case .refused(let info):
            throw WireError(info)
        case .repeated(let isAcknowledged):
            if isAcknowledged, let session = sessions[id] { tellAcknowledged(session) }
        case .taken(let identity, let activity):
            ask(.activity(session: id, identity: identity, activity: activity))
            boundSends(id, user, over: connection)
        }
    }

    /// Reads no more from a client of whom much waits; refuses one of whom too much does.
    private mutating func boundSends(_ id: SessionID, _ user: String, over connection: ConnectionID)
    {
        let limits = configuration.limits
        let waiting = sessions[id]?.unacknowledged.count ?? 0
        if waiting > limits.unacknowledgedSendsMax {
            mark(.unacknowledgedSends)
            noteLimit("unacknowledged sends", user)
            refuse(connection, "too many messages wait for their acknowledgement")
        } else if waiting > limits.unacknowledgedSendsMax / 4
            || sessions[id]?.unacknowledgedBytes ?? 0 > limits.unacknowledgedBytesMax
        {
            setReading(connection, false)
        }
    }

    private mutating func deny(_ connection: ConnectionID, _ info: String) {
        mark(.wrongUserDenied)
        send(connection, ServerReply.authenticationFail(info: info).frame())
        drop(connection, "not allowed")
    }

    func activityRequest(_ session: ClientSession, _ send: ClientSession.Send) -> PeerRequest {
        .activity(
            session: session.id,
            identity: MessageIdentity(
                user: session.user,
                stream: session.stream,
                number: send.number
            ),
            activity: send.activity
        )
    }

    private mutating func tellAcknowledged(_ session: ClientSession) {
        guard !session.isStock else { return }
        let place = StreamPlace(stream: session.stream, number: session.acknowledged)
        send(session.connection, ServerReply.activityAck(place).frame())
    }

    /// All of a session's stream up to a number is held.
    mutating func sendsHeld(_ id: SessionID, through number: Int64) {
        guard sessions[id]?.isOpen ?? false, number > sessions[id]?.acknowledged ?? number else {
            return
        }
        sessions[id]?.sendsHeld(through: number)
        guard let session = sessions[id] else { return }
        let limits = configuration.limits
        if session.unacknowledged.count <= limits.unacknowledgedSendsMax / 8,
            session.unacknowledgedBytes <= limits.unacknowledgedBytesMax / 2
        {
            setReading(session.connection, true)
        }
        tellAcknowledged(session)
    }

    // MARK: Deliveries

    /// Messages of a stream for some of this server's sessions.
    mutating func deliver(_ delivery: PeerReply.Delivery) {
        guard let first = delivery.messages.first?.number,
            let last = delivery.messages.last?.number
        else { return }
        let source = delivery.source
        let isNumbered = (delivery.messages.first?.order ?? 0) > 0
        var receivers: [ConnectionID] = []
        var tooSlow: [ClientSession] = []
        var whole: Frame?
        for id in delivery.sessions + (delivery.toAnonymous ? anonymous.sorted() : []) {
            let fresh =
                isNumbered
                ? sessions[id]?.writeNumbered(delivery, configuration.mechanisms)
                : sessions[id]?.write(source, first...last, configuration.mechanisms)
            guard let from = fresh else { continue }
            let messages = delivery.messages.drop { $0.number < from }
            let frame =
                from > first
                ? Self.broadcast(messages, of: source)
                : whole ?? Self.broadcast(messages, of: source)
            if from == first { whole = frame }
            let isPassed =
                sessions[id]?.pass(
                    frame,
                    lines: messages.count,
                    isPending: delivery.isPending,
                    now: now
                ) ?? false
            guard isPassed else {
                mark(.deliveryWaited)
                writeWaiting(id)
                if let session = sessions[id], isTooSlow(session) { tooSlow.append(session) }
                continue
            }
            guard let connection = sessions[id]?.connection else { continue }
            if from == first {
                receivers.append(connection)
            } else {
                send(connection, frame)
            }
        }
        if let whole, !receivers.isEmpty { effects.append(.broadcast(receivers, whole)) }
        for id in delivery.sessions { askWhatIsWritten(id) }
        for session in tooSlow {
            mark(.slowReaderClosed)
            noteLimit("pending bytes", session.user)
            sever(session.connection, "too much waits to be written")
        }
    }

    /// Writes to a client what waited until it took what was written before.
    private mutating func writeWaiting(_ id: SessionID) {
        guard let connection = sessions[id]?.connection else { return }
        while let frame = sessions[id]?.window.next(now: now) { send(connection, frame) }
        askWhatIsWritten(id)
    }

    /// Has the machine say what it has taken for a stock client: so much counts as delivered.
    private mutating func askWhatIsWritten(_ id: SessionID) {
        guard sessions[id]?.asksWhatIsWritten() ?? false, let session = sessions[id] else { return }
        effects.append(.confirmWritten(session.connection))
    }

    /// The machine took what was written to a client when it was asked.
    mutating func written(_ connection: ConnectionID) {
        guard case .session(let id)? = clients[connection], let count = sessions[id]?.linesAsked
        else { return }
        mark(.deliveryWritten)
        sessions[id]?.linesAsked = nil
        acknowledged(count, id)
    }

    private mutating func acknowledged(_ count: Int64, _ id: SessionID) {
        let hold = hold
        sessions[id]?.acknowledged(lines: count, now: now, hold: hold)
        writeWaiting(id)
    }

    private func isTooSlow(_ session: ClientSession) -> Bool {
        session.window.waitingBytes > configuration.limits.clientPendingBytesMax
    }

    /// Messages as clients are told them: encoded once for all.
    private static func broadcast(
        _ messages: ArraySlice<PeerReply.Delivery.Message>,
        of source: Source
    ) -> Frame {
        var lines = Broadcasts(
            sender: source.user,
            stream: source.stream,
            lines: messages.count,
            bytes: messages.reduce(0) { $0 + $1.activity.bytes.count }
        )
        for message in messages {
            lines.append(message.number, message.activity, order: message.order)
        }
        return lines.frame()
    }

    /// A client acknowledges the first `count` broadcasts of its connection.
    mutating func acknowledge(_ count: Int64, over connection: ConnectionID) throws(WireError) {
        guard case .session(let id)? = clients[connection], sessions[id]?.isStock == false,
            let written = sessions[id]?.window.linesWritten
        else { throw WireError("DELIVERY_ACK came from no client that shows extensions") }
        guard count <= written else {
            throw WireError("DELIVERY_ACK must have \"count\": at most \(written)")
        }
        acknowledged(count, id)
    }

    /// Passes on what clients acknowledged since the last time.
    mutating func flushDeliveries() {
        guard upstream != .none else { return }
        let due = sessions.values.filter { !$0.undelivered.isEmpty && $0.isOpen }
        for session in due.sorted(by: { $0.id < $1.id }) { flushDeliveries(session) }
    }

    mutating func flushDeliveries(_ session: ClientSession) {
        let batch = session.batch + 1
        let places = ClientSession.acknowledgements(session.user, session.undelivered)
        sessions[session.id]?.undelivered = [:]
        sessions[session.id]?.batch = batch
        sessions[session.id]?.batches.append(
            ClientSession.Batch(number: batch, count: session.linesAcknowledged)
        )
        ask(.delivered(session: session.id, batch: batch, places: places))
    }

    mutating func deliveriesHeld(_ id: SessionID, through batch: Int64) {
        while let first = sessions[id]?.batches.first, first.number <= batch {
            sessions[id]?.batches.removeFirst()
            sessions[id]?.confirmed = first.count
        }
    }

    // MARK: Signs of life

    mutating func beat(_ number: Int64, over connection: ConnectionID) throws(WireError) {
        guard case .session(let id)? = clients[connection], let session = sessions[id],
            !session.isStock
        else { throw WireError("HEARTBEAT came from no client that shows extensions") }
        heartbeat.next.append(UpstreamHeartbeat.Waiting(session: id, number: number))
        if heartbeat.next.count > configuration.limits.linesPerSecondMax {
            heartbeat.next.removeFirst()
        }
        if upstream != .none && heartbeat.outstanding == nil { sendHeartbeat() }
    }

    mutating func sendHeartbeat() {
        heartbeat.last += 1
        heartbeat.outstanding = heartbeat.last
        heartbeat.current = heartbeat.next
        heartbeat.next = []
        ask(.heartbeat(number: heartbeat.last))
    }

    /// The supervisor answered: so may we.
    mutating func heartbeatAnswered(_ number: Int64) {
        guard heartbeat.outstanding == number else { return }
        heartbeat.outstanding = nil
        for waiting in heartbeat.current {
            guard let session = sessions[waiting.session] else { continue }
            let reply = ServerReply.heartbeatAck(
                number: waiting.number,
                count: session.confirmed
            )
            send(session.connection, reply.frame())
        }
        heartbeat.current = []
        if !heartbeat.next.isEmpty { sendHeartbeat() }
    }

    /// Somebody wants to know whether a session is alive.
    mutating func probe(_ id: SessionID, _ number: Int64) {
        guard let session = sessions[id] else {
            ask(.probeAnswer(number: number, isAlive: false))
            return
        }
        if session.isStock, session.probes.isEmpty { sessions[id]?.probedAt = now }
        sessions[id]?.probes.append(number)
        probed.insert(id)
    }

    /// A stock client answers nothing: it lives where its connection does a little later, for a close that
    /// is on its way needs that time.
    mutating func watchProbes() {
        let due = probed.compactMap { sessions[$0] }.filter { session in
            guard let probedAt = session.probedAt else { return false }
            return now - probedAt >= hold / 4
        }
        for session in due.sorted(by: { $0.id < $1.id }) { answerProbes(over: session.connection) }
    }

    mutating func answerProbes(over connection: ConnectionID) {
        guard !probed.isEmpty, let session = session(over: connection),
            probed.remove(session.id) != nil
        else { return }
        sessions[session.id]?.probes = []
        sessions[session.id]?.probedAt = nil
        for probe in session.probes { ask(.probeAnswer(number: probe, isAlive: true)) }
    }

    // MARK: Adoption

    /// The open sessions, as a new supervisor must know them.
    func adoptions() -> [PeerRequest.Adoption] {
        var adoptions: [PeerRequest.Adoption] = []
        for session in sessions.values.sorted(by: { $0.id < $1.id })
        where session.isOpen && !session.isAnonymous {
            adoptions.append(
                PeerRequest.Adoption(
                    record: SessionRecord(
                        id: session.id,
                        user: session.user,
                        client: session.resume?.client,
                        stream: session.stream,
                        stamp: (session.startedAt + configuration.wallClockOffset).nanoseconds,
                        server: id,
                        supervisor: id,
                        attachment: attachments
                    ),
                    acknowledged: session.acknowledged,
                    delivered: ClientSession.acknowledgements(session.user, session.delivered),
                    written: written(session)
                )
            )
        }
        return adoptions
    }

    /// What the supervisor says.
    mutating func handle(_ reply: PeerReply) {
        mark(reply.mark)
        switch reply {
        case .registered(let request): registerAnswered(request, .held)
        case .registerFailed(let request, let reason): registerAnswered(request, .failed(reason))
        case .registerUndecided(let request): registerAnswered(request, .undecided)
        case .loginSucceeded(let session, let accepted, let taken):
            loginSucceeded(session, accepted: accepted, taken: taken)
        case .challenge(let session, let credential): challenged(session, credential)
        case .loginFailed(let session, let reason, let info):
            loginFailed(session, reason, info)
        case .acknowledged(let session, let number): sendsHeld(session, through: number)
        case .broadcast(let delivery): deliver(delivery)
        case .deliveriesHeld(let session, let batch): deliveriesHeld(session, through: batch)
        case .heartbeat(let number): heartbeatAnswered(number)
        case .who(let session, let users, let count):
            if let connection = sessions[session]?.connection {
                send(connection, ServerReply.whoAnswer(users: users, count: count).frame())
            }
        case .probe(let session, let number): probe(session, number)
        case .disconnect(let session, let info, let isDenied):
            guard let connection = sessions[session]?.connection else { break }
            if isDenied { deny(connection, info) } else { drop(connection, info) }
        case .announce(let backups, let servers, _):
            self.backups = backups
            self.servers = servers
        case .raise(let superPeers): rise(superPeers)
        case .raised: becomeSuperPeer()
        }
    }
}
