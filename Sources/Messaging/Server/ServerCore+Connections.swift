import Evidence

extension ServerCore {
    mutating func connected(_ connection: ConnectionID, _ dial: DialID?) {
        var phase = Connection.Phase.fresh
        if let dial {
            guard let purpose = dials.removeValue(forKey: dial)?.purpose else {
                effects.append(.abort(connection))
                return
            }
            phase = .calling(purpose)
        } else {
            guard makeRoom() else {
                noteLimit("connections")
                effects.append(.abort(connection))
                return
            }
            silent.append(connection)
        }
        connections[connection] = Connection(phase: phase, since: now, lastHeard: now)
        if case .calling(let purpose) = phase { introduce(to: purpose, over: connection) }
    }

    /// Sees to it that one connection more may be accepted: the oldest of those that said nothing gives way.
    /// Whether there is room.
    private mutating func makeRoom() -> Bool {
        guard connections.count >= limits.connectionsMax + limits.connectionsReserved else {
            return true
        }
        guard let oldest = silent.oldest else { return false }
        noteLimit("connections")
        refuse(
            oldest,
            "at most \(limits.connectionsMax) connections, and this one had said nothing; come again"
        )
        return true
    }

    /// How many connections said something, or are calls of ours.
    private var spoken: Int { connections.count - silent.count }

    mutating func dial(_ address: Address, _ purpose: DialPurpose) {
        let dial = DialID(number())
        dials[dial] = Dial(purpose: purpose, since: now)
        effects.append(.dial(dial, address))
    }

    mutating func dialFailed(_ dial: DialID) {
        guard let purpose = dials.removeValue(forKey: dial)?.purpose else { return }
        if case .attach = purpose, !isReady {
            let places = configuration.remotes.map(\.description).joined(separator: ", ")
            showOnce("no server answers at \(places) yet; trying again")
        }
        callFailed(purpose)
    }

    mutating func received(_ connection: ConnectionID, _ line: [UInt8]) {
        guard var state = connections[connection] else { return }
        state.lastHeard = now
        let isFromClient = state.phase == .client
        if isFromClient || state.phase == .fresh {
            let second = now.nanoseconds / 1_000_000_000
            if state.window != second { (state.window, state.windowLines) = (second, 0) }
            state.windowLines += 1
        }
        let isFlood = state.windowLines > limits.linesPerSecondMax
        connections[connection] = state
        if isFlood {
            mark(.linesPerSecond)
            noteLimit("lines per second", session(over: connection)?.user)
            refuse(connection, "at most \(limits.linesPerSecondMax) lines a second")
            return
        }
        do throws(WireError) {
            if isFromClient, case .session? = clients[connection],
                let request = ActivityLine.request(in: line)
            {
                try handle(request, over: connection)
                return
            }
            if case .link(let server) = state.phase, let item = itemLine.item(in: line) {
                handle(item, from: server)
                return
            }
            let isFromServer = !isFromClient && state.phase != .fresh
            let message = try WireReader(line, limits: isFromServer ? .server : .client)
            try received(message, over: connection, state.phase)
        } catch {
            refuse(connection, error.info)
        }
    }

    private mutating func received(
        _ message: WireReader,
        over connection: ConnectionID,
        _ phase: Connection.Phase
    ) throws(WireError) {
        switch phase {
        case .fresh:
            let join: JoinMessage?
            do throws(WireError) {
                join = try JoinMessage(message)
            } catch {
                if isStranger(message, over: connection) { return }
                throw error
            }
            switch join {
            case .authenticate(let introduction)?:
                admit(introduction, over: connection)
            case .takeOver(let secret)?:
                takeOver(secret, over: connection)
            case .admitted?, .authenticationFail?, .redirect?, .takenOver?, .takeOverFailed?, nil:
                // Those that said nothing do not count: they give way to whoever speaks.
                guard spoken < limits.connectionsMax else {
                    noteLimit("connections")
                    refuse(
                        connection,
                        "at most \(limits.connectionsMax) connections; try another server"
                    )
                    return
                }
                setPhase(connection, .client)
                clients[connection] = .idle
                try receivedFromClient(message, over: connection)
            }
        case .client:
            try receivedFromClient(message, over: connection)
        case .calling(let purpose):
            guard let answer = try JoinMessage(message) else { throw unexpected(message) }
            answered(answer, purpose, over: connection)
        case .peer(let peer):
            guard let request = try PeerRequest(message) else { throw unexpected(message) }
            handle(request, from: peer)
        case .supervisor:
            guard let reply = try PeerReply(message) else { throw unexpected(message) }
            handle(reply)
        case .link(let server):
            guard let mesh = try MeshMessage(message) else { throw unexpected(message) }
            handle(mesh, from: server)
        }
    }

    /// Whether somebody who does not know what AUTHENTICATE must have does not know the secret either: that is
    /// what it is told then, before it is closed.
    private mutating func isStranger(_ message: WireReader, over connection: ConnectionID) -> Bool {
        guard message.command == "AUTHENTICATE", let secret = try? message.string("secret") else {
            return false
        }
        return !showsSecret(secret, "a stranger", over: connection)
    }

    private var limits: ServerLimits { configuration.limits }

    /// Records that a connection broke a limit: at once, but of many within one tick only the first,
    /// and with the tick how many there were besides. A flood must not flood the journal as well.
    mutating func noteLimit(_ limit: String, _ user: String? = nil) {
        guard limitsBroken[limit] == nil else {
            limitsBroken[limit, default: 0] += 1
            return
        }
        limitsBroken[limit] = 0
        var fields: FieldValues = [.reason: limit]
        if let user { fields[.user] = user }
        record(.limitExceeded, fields)
    }

    /// Records how many broke limits since the last tick, beyond those that were recorded at once.
    mutating func flushLimits() {
        guard !limitsBroken.isEmpty else { return }
        for (limit, count) in limitsBroken.sorted(by: { $0.key < $1.key }) where count > 0 {
            record(.limitExceeded, [.reason: limit, .count: String(count)])
        }
        limitsBroken = [:]
    }

    /// A connection has shown that it is a server's.
    mutating func allowServer(_ connection: ConnectionID) {
        effects.append(.allow(connection, limits.forServers))
    }

    /// It is known who is at the other end of a connection.
    mutating func setPhase(_ connection: ConnectionID, _ phase: Connection.Phase) {
        connections[connection]?.phase = phase
        silent.remove(connection)
    }

    /// Reads nothing more of a client, or goes on.
    mutating func setReading(_ connection: ConnectionID, _ reads: Bool) {
        guard let state = connections[connection], state.isPaused == reads else { return }
        connections[connection]?.isPaused = !reads
        // What was not read was not silence.
        connections[connection]?.lastHeard = now
        effects.append(.setReading(connection, reads))
    }

    private func unexpected(_ message: WireReader) -> WireError {
        message.command == "INVALID_MESSAGE"
            ? WireError((try? message.optionalString("info")) ?? "")
            : WireError("unexpected command \"\(message.command)\" on this connection")
    }

    /// Says that what was received breaks the rules, and closes.
    mutating func refuse(_ connection: ConnectionID, _ info: String) {
        mark(.invalidRefused)
        send(connection, ServerReply.invalidMessage(info: info).frame())
        drop(connection, "invalid message: \(info)")
    }

    /// Closes a connection after what was written to it, whoever is at its other end.
    mutating func drop(_ connection: ConnectionID, _ reason: String) {
        effects.append(.close(connection))
        forget(connection, reason)
    }

    mutating func closed(_ connection: ConnectionID, _ reason: Event.CloseReason) {
        let text: String
        switch reason {
        case .ended: text = "closed by the other side"
        case .failed(let why): text = why
        case .lineTooLong:
            text = "a line is too long"
            noteLimit("bytes per line", session(over: connection)?.user)
        case .tooMuchPending:
            text = "too much waits to be written"
            noteLimit("pending bytes", session(over: connection)?.user)
        }
        forget(connection, text)
    }

    private mutating func forget(_ connection: ConnectionID, _ reason: String) {
        guard let state = connections.removeValue(forKey: connection) else { return }
        silent.remove(connection)
        switch state.phase {
        case .fresh: break
        case .client: clientGone(connection, isLogout: false)
        case .calling(let purpose): callFailed(purpose)
        case .peer(let peer): peerGone(peer, connection, reason, lastHeard: state.lastHeard)
        case .supervisor(let server): supervisorGone(server, connection, reason)
        case .link(let server): linkGone(server, connection, reason, lastHeard: state.lastHeard)
        }
    }

    /// Closes what was silent for `hold`: servers, and clients of ours; and those that never spoke.
    mutating func closeSilent() {
        // Few are silent so long; only they are put in order.
        let shortest = min(hold / 2, limits.firstMessageWithin)
        let quiet = connections.filter { now - $0.value.lastHeard > shortest }
        for connection in quiet.keys.sorted() {
            guard let state = connections[connection] else { continue }
            let silence = now - state.lastHeard
            switch state.phase {
            case .fresh:
                let isReserved = connections.count > limits.connectionsMax
                if silence > (isReserved ? hold : limits.firstMessageWithin) {
                    noteLimit("time to first message")
                    drop(connection, "said nothing")
                }
            case .calling:
                if silence > hold / 2 { sever(connection, "no answer") }
            case .peer, .supervisor, .link:
                if silence > hold {
                    mark(.silentClosed)
                    sever(connection, "silent")
                }
            case .client:
                guard silence > hold, !state.isPaused, let session = session(over: connection),
                    session.isOpen, !session.isStock
                else { continue }
                sever(connection, "silent")
            }
        }
    }

    /// Closes a connection at once: what waits to be written is not worth waiting for.
    mutating func sever(_ connection: ConnectionID, _ reason: String) {
        effects.append(.abort(connection))
        forget(connection, reason)
    }

    /// Gives up calls that come to no connection.
    mutating func watchDials() {
        for (dial, state) in dials.sorted(by: { $0.key.number < $1.key.number })
        where now - state.since > hold {
            dials[dial] = nil
            callFailed(state.purpose)
        }
    }
}
