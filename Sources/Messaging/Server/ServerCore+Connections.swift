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
        } else if connections.count >= configuration.limits.connectionsMax {
            record(.limitExceeded, [.reason: "connections"])
            effects.append(.abort(connection))
            return
        }
        connections[connection] = Connection(phase: phase, since: now, lastHeard: now)
        if case .calling(let purpose) = phase { introduce(to: purpose, over: connection) }
    }

    mutating func dial(_ address: Address, _ purpose: DialPurpose) {
        let dial = DialID(number())
        dials[dial] = Dial(purpose: purpose, since: now)
        effects.append(.dial(dial, address))
    }

    mutating func dialFailed(_ dial: DialID) {
        guard let purpose = dials.removeValue(forKey: dial)?.purpose else { return }
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
        let isFlood = state.windowLines > configuration.limits.linesPerSecondMax
        connections[connection] = state
        if isFlood {
            mark(.linesPerSecond)
            record(.limitExceeded, [.reason: "lines per second"])
            refuse(connection, "at most \(configuration.limits.linesPerSecondMax) lines a second")
            return
        }
        do throws(WireError) {
            let message = try WireReader(line, limits: isFromClient ? .client : .server)
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
            if case .authenticate(let introduction)? = try JoinMessage(message) {
                admit(introduction, over: connection)
            } else {
                connections[connection]?.phase = .client
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
            record(.limitExceeded, [.reason: "bytes per line"])
        case .tooMuchPending:
            text = "too much waits to be written"
            record(.limitExceeded, [.reason: "pending bytes"])
        }
        forget(connection, text)
    }

    private mutating func forget(_ connection: ConnectionID, _ reason: String) {
        guard let state = connections.removeValue(forKey: connection) else { return }
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
        for connection in connections.keys.sorted() {
            guard let state = connections[connection] else { continue }
            let silence = now - state.lastHeard
            switch state.phase {
            case .fresh:
                if silence > configuration.limits.firstMessageWithin {
                    record(.limitExceeded, [.reason: "time to first message"])
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
                guard silence > hold, let session = session(over: connection),
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
