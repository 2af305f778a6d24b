import Evidence

extension ServerCore {
    func session(over connection: ConnectionID) -> ClientSession? {
        switch clients[connection] {
        case .session(let id)?, .loggingIn(let id, _)?: sessions[id]
        case .idle?, .registering?, .none: nil
        }
    }

    mutating func receivedFromClient(
        _ message: WireReader,
        over connection: ConnectionID
    ) throws(WireError) {
        switch clients[connection] {
        case .registering(let user, var waiting)?:
            clients[connection] = nil
            waiting.append(message)
            clients[connection] = .registering(user: user, waiting: waiting)
            hasWaiting(waiting.count, over: connection)
            return
        case .loggingIn(let id, var waiting)?:
            clients[connection] = nil
            waiting.append(message)
            clients[connection] = .loggingIn(id, waiting: waiting)
            hasWaiting(waiting.count, over: connection)
            return
        case .idle?, .session?, .none:
            break
        }
        guard let request = try ClientRequest(message) else {
            let commands = ClientRequest.commands.joined(separator: ", ")
            throw WireError("unknown command \"\(message.command)\"; a client may send \(commands)")
        }
        try handle(request, over: connection)
    }

    /// Does what a client asks for that waits for nothing.
    mutating func handle(
        _ request: ClientRequest,
        over connection: ConnectionID
    ) throws(WireError) {
        mark(request.mark)
        answerProbes(over: connection)
        switch request {
        case .register(let user, let secret):
            try register(user, secret, over: connection)
        case .login(let user, let secret, let resume):
            try login(user, secret ?? "", resume, over: connection)
        case .logout:
            logout(connection)
        case .activityMessage(let user, let secret, let activity, let place):
            try say(user, secret ?? "", activity, place, over: connection)
        case .deliveryAck(let count):
            try acknowledge(count, over: connection)
        case .heartbeat(let number):
            try beat(number, over: connection)
        case .who:
            guard case .session(let id)? = clients[connection] else {
                throw WireError("WHO came on a connection that is not logged in")
            }
            ask(.who(session: id))
        case .invalidMessage(let info):
            drop(connection, "the client says: \(info)")
        }
    }

    /// A client goes on talking while its registration or login is under way.
    private mutating func hasWaiting(_ count: Int, over connection: ConnectionID) {
        if count >= ClientState.waitingBeforePause { setReading(connection, false) }
        guard count > ClientState.waitingMax else { return }
        noteLimit("messages before an answer")
        refuse(connection, "wait for the answer to REGISTER or LOGIN")
    }

    /// What a client said while its registration or login was under way.
    mutating func resume(_ waiting: [WireReader], over connection: ConnectionID) {
        setReading(connection, true)
        for message in waiting {
            guard connections[connection] != nil else { return }
            do throws(WireError) {
                try receivedFromClient(message, over: connection)
            } catch {
                refuse(connection, error.info)
            }
        }
    }

    // MARK: Registration

    private mutating func register(
        _ user: String,
        _ secret: String,
        over connection: ConnectionID
    ) throws(WireError) {
        guard case .idle? = clients[connection] else {
            throw WireError("REGISTER came on a connection that is logged in")
        }
        guard NameRule.allows(name: user), NameRule.allows(secret: secret) else {
            registerFailed(connection, user, .unfit)
            return
        }
        guard user != ClientRequest.anonymous else {
            mark(.anonymousRegistration)
            registerFailed(connection, user, .taken)
            return
        }
        guard upstream != .none else {
            mark(.registrationWithoutSupervisor)
            registerFailed(connection, user, .noQuorum)
            return
        }
        guard registrations[user] == nil else {
            registerFailed(connection, user, .taken)
            return
        }
        guard canHash else {
            registerFailed(connection, user, .refused)
            return
        }
        clients[connection] = .registering(user: user, waiting: [])
        hash(HashRequest(secret: secret), for: .register(connection, user: user))
    }

    mutating func registerFailed(
        _ connection: ConnectionID,
        _ user: String,
        _ reason: RegisterFailure
    ) {
        let info =
            switch reason {
            case .taken: "\(user) is already registered with the system"
            case .noQuorum: "no majority can be reached to register \(user); try again later"
            case .unfit: "a name must be \(NameRule.name), a secret \(NameRule.secret)"
            case .refused: "\(user) cannot be registered"
            }
        send(connection, ServerReply.registerFailed(info: info, reason: reason).frame())
        drop(connection, "registration failed")
    }

    mutating func registerAnswered(_ request: Int64, _ answer: MeshMessage.RegisterAnswer) {
        guard let connection = registering.removeValue(forKey: request),
            case .registering(let user, let waiting)? = clients[connection]
        else { return }
        switch answer {
        case .held:
            clients[connection] = .idle
            let reply = ServerReply.registerSuccess(info: "register success for \(user)")
            send(connection, reply.frame())
            resume(waiting, over: connection)
        case .failed(let reason):
            registerFailed(connection, user, reason)
        case .undecided:
            drop(connection, "registration undecided")
        }
    }

    // MARK: Login

    private mutating func login(
        _ user: String,
        _ secret: String,
        _ resume: Resume?,
        over connection: ConnectionID
    ) throws(WireError) {
        guard case .idle? = clients[connection] else {
            throw WireError("LOGIN came on a connection that is logged in")
        }
        guard upstream != .none else {
            mark(.loginWithoutSupervisor)
            loginFailed(connection, .cannotTell, "no super-peer can be reached; try again later")
            return
        }
        let session = SessionID(server: id, number: number())
        var state = ClientSession(
            id: session,
            connection: connection,
            user: user,
            secret: secret,
            resume: user == ClientRequest.anonymous ? nil : resume,
            startedAt: now,
            stream: resume?.stream ?? session.text,
            window: DeliveryWindow(
                pendingBytesMax: configuration.limits.clientPendingBytesMax
            )
        )
        state.redirect = clientRedirect(of: user)
        if state.redirect != nil { leaving += 1 }
        sessions[session] = state
        clients[connection] = .loggingIn(session, waiting: [])
        if state.isAnonymous { mark(.loginAnonymous) }
        if state.isAnonymous && state.redirect != nil {
            loginSucceeded(session, accepted: 0, taken: 0)
        } else {
            ask(.login(attempt(state)))
        }
    }

    func attempt(_ session: ClientSession) -> PeerRequest.LoginAttempt {
        PeerRequest.LoginAttempt(
            session: session.id,
            user: session.user,
            client: session.resume?.client,
            stream: session.stream,
            acknowledged: session.resume?.acknowledged ?? 0,
            attachment: max(attachments, 1),
            isVerified: session.mark != nil,
            isCheck: session.redirect != nil,
            delivered: configuration.ordering == .causal ? session.resume?.delivered ?? [] : []
        )
    }

    mutating func loginSucceeded(_ id: SessionID, accepted: Int64, taken: Int64) {
        guard var session = sessions[id], !session.isOpen,
            case .loggingIn(_, let waiting)? = clients[session.connection]
        else { return }
        var grant: Grant?
        if !session.isStock {
            grant = Grant(
                isRedirect: session.redirect != nil,
                hold: hold,
                accepted: accepted,
                ordering: configuration.ordering
            )
        }
        let info = "logged in as user \(session.user)"
        send(session.connection, ServerReply.loginSuccess(info: info, grant: grant).frame())
        if let address = session.redirect {
            mark(.clientRedirected)
            send(session.connection, ServerReply.redirect(address).frame())
            clientSent(session.user)
            drop(session.connection, "redirected")
            return
        }
        session.isOpen = true
        session.acknowledged = accepted
        session.taken = taken
        if configuration.ordering == .causal { session.believe(session.resume?.delivered ?? []) }
        sessions[id] = session
        clients[session.connection] = .session(id)
        if session.isAnonymous { anonymous.insert(id) }
        resume(waiting, over: session.connection)
    }

    mutating func loginFailed(_ session: SessionID, _ reason: LoginFailure, _ info: String) {
        guard let state = sessions[session], !state.isOpen else { return }
        loginFailed(state.connection, reason, info)
    }

    private mutating func loginFailed(
        _ connection: ConnectionID,
        _ reason: LoginFailure,
        _ info: String
    ) {
        send(connection, ServerReply.loginFailed(info: info, reason: reason).frame())
        drop(connection, "login failed")
    }

    // MARK: The end

    private mutating func logout(_ connection: ConnectionID) {
        clientGone(connection, isLogout: true)
        drop(connection, "logout")
    }

    /// Forgets a client; its user counts for `hold` yet unless it logged out.
    mutating func clientGone(_ connection: ConnectionID, isLogout: Bool) {
        guard let state = clients.removeValue(forKey: connection) else { return }
        switch state {
        case .idle, .registering: break
        case .session(let id), .loggingIn(let id, _):
            guard let session = sessions.removeValue(forKey: id) else { return }
            anonymous.remove(id)
            probed.remove(id)
            if session.redirect != nil { leaving -= 1 }
            for probe in session.probes { ask(.probeAnswer(number: probe, isAlive: false)) }
            guard !session.isAnonymous else { return }
            if !session.undelivered.isEmpty { flushDeliveries(session) }
            ask(.disconnected(session: id, isLogout: isLogout))
        }
    }

    /// A server that was alone for `hold`: nobody counts its users any more.
    mutating func dropAllClients() {
        for session in sessions.values.sorted(by: { $0.id < $1.id }) {
            mark(.clientsDropped)
            drop(session.connection, "no super-peer")
        }
    }

    /// A login that nobody answers: nobody knows what became of it.
    mutating func watchClients() {
        let late = sessions.values.filter { !$0.isOpen && now - $0.startedAt > hold * 5 }
        for session in late.sorted(by: { $0.id < $1.id }) {
            mark(.loginUndecided)
            drop(session.connection, "login undecided")
        }
    }
}
