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
        guard case .session(let id)? = clients[connection], var session = sessions[id] else {
            deny(connection, "no user is logged in on this connection")
            return
        }
        let isRight = session.isAnonymous || Credential.areEqual(session.secret, secret)
        guard user == session.user, isRight else {
            deny(connection, "username and/or secret is incorrect")
            return
        }
        var number = session.taken + 1
        if !session.isStock {
            guard let place, place.stream == session.stream else {
                throw WireError(
                    "ACTIVITY_MESSAGE must have \"stream\": the one of LOGIN, and \"number\""
                )
            }
            guard place.number <= number else {
                throw WireError("ACTIVITY_MESSAGE must have \"number\": at most \(number)")
            }
            number = place.number
        }
        guard number > session.taken else {
            if number <= session.acknowledged { tellAcknowledged(session) }
            return
        }
        session.taken = number
        let send = ClientSession.Send(
            number: number,
            activity: activity.authenticated(as: session.user)
        )
        if !session.isAnonymous { session.unacknowledged.append(send) }
        sessions[id] = session
        ask(activityRequest(session, send))
        if session.unacknowledged.count > configuration.limits.unacknowledgedSendsMax {
            record(.limitExceeded, [.reason: "unacknowledged sends", .user: session.user])
            refuse(connection, "too many messages wait for their acknowledgement")
        }
    }

    private mutating func deny(_ connection: ConnectionID, _ info: String) {
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
        guard var session = sessions[id], session.isOpen, number > session.acknowledged else {
            return
        }
        session.acknowledged = number
        while let first = session.unacknowledged.first, first.number <= number {
            session.unacknowledged.removeFirst()
        }
        sessions[id] = session
        tellAcknowledged(session)
    }

    // MARK: Deliveries

    /// A message for some of this server's sessions.
    mutating func deliver(_ delivery: PeerReply.Delivery) {
        let identity = delivery.identity
        let source = Source(user: identity.user, stream: identity.stream)
        let order = delivery.order
        var receivers: [ConnectionID] = []
        for id in delivery.sessions {
            guard let session = sessions[id], session.isOpen,
                identity.number > session.written[source, default: 0],
                order == 0 || order > session.writtenOrder
            else { continue }
            if order > 0 { sessions[id]?.writtenOrder = order }
            receivers.append(session.connection)
            sessions[id]?.written[source] = identity.number
            if session.isStock {
                // What is written to a stock client counts as delivered.
                sessions[id]?.delivered[source] = identity.number
                sessions[id]?.undelivered[source] = identity.number
            } else {
                let place = ClientSession.Place(source: source, number: identity.number)
                sessions[id]?.lines.append(place)
            }
        }
        if delivery.toAnonymous, order == 0 || order > anonymousOrder {
            anonymousOrder = order
            receivers += anonymous.sorted().compactMap { sessions[$0]?.connection }
        }
        guard !receivers.isEmpty else { return }
        let reply = ServerReply.activityBroadcast(
            activity: delivery.activity,
            sender: identity.user,
            place: StreamPlace(
                stream: identity.stream,
                number: identity.number,
                order: order > 0 ? order : nil
            )
        )
        effects.append(.broadcast(receivers, reply.frame()))
    }

    /// A client acknowledges the first `count` broadcasts of its connection.
    mutating func acknowledge(_ count: Int64, over connection: ConnectionID) throws(WireError) {
        guard case .session(let id)? = clients[connection], let session = sessions[id],
            !session.isStock
        else { throw WireError("DELIVERY_ACK came from no client that shows extensions") }
        let written = session.linesAcknowledged + Int64(session.lines.count)
        guard count <= written else {
            throw WireError("DELIVERY_ACK must have \"count\": at most \(written)")
        }
        while let state = sessions[id], state.linesAcknowledged < count {
            guard let place = sessions[id]?.lines.popFirst() else { break }
            sessions[id]?.linesAcknowledged += 1
            sessions[id]?.delivered[place.source] = place.number
            sessions[id]?.undelivered[place.source] = place.number
        }
    }

    /// Passes on what clients acknowledged since the last time.
    mutating func flushDeliveries() {
        guard upstream != .none else { return }
        for session in sessions.values.sorted(by: { $0.id < $1.id })
        where !session.undelivered.isEmpty && session.isOpen {
            flushDeliveries(session)
        }
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
        if session.isStock {
            ask(.probeAnswer(number: number, isAlive: true))
        } else {
            sessions[id]?.probes.append(number)
        }
    }

    mutating func answerProbes(over connection: ConnectionID) {
        guard let session = session(over: connection), !session.probes.isEmpty else { return }
        sessions[session.id]?.probes = []
        for probe in session.probes { ask(.probeAnswer(number: probe, isAlive: true)) }
    }

    // MARK: Adoption

    /// The open sessions, as a new supervisor must know them.
    func adoptions() -> [JoinMessage.Adoption] {
        var adoptions: [JoinMessage.Adoption] = []
        for session in sessions.values.sorted(by: { $0.id < $1.id })
        where session.isOpen && !session.isAnonymous {
            adoptions.append(
                JoinMessage.Adoption(
                    record: SessionRecord(
                        id: session.id,
                        user: session.user,
                        client: session.resume?.client,
                        stream: session.stream,
                        stamp: session.startedAt.nanoseconds,
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
        switch reply {
        case .registered(let request): registerAnswered(request, .held)
        case .registerFailed(let request, let reason): registerAnswered(request, .failed(reason))
        case .registerUndecided(let request): registerAnswered(request, .undecided)
        case .loginSucceeded(let session, let accepted, let taken):
            loginSucceeded(session, accepted: accepted, taken: taken)
        case .loginFailed(let session, let reason, let info):
            loginFailed(session, reason, info)
        case .acknowledged(let session, let number): sendsHeld(session, through: number)
        case .broadcast(let delivery): deliver(delivery)
        case .deliveriesHeld(let session, let batch): deliveriesHeld(session, through: batch)
        case .heartbeat(let number): heartbeatAnswered(number)
        case .probe(let session, let number): probe(session, number)
        case .disconnect(let session, let info):
            if let connection = sessions[session]?.connection { drop(connection, info) }
        case .announce(let backups, let servers):
            self.backups = backups
            self.servers = servers
        case .raise(let superPeers): rise(superPeers)
        case .raised: becomeSuperPeer()
        }
    }
}
