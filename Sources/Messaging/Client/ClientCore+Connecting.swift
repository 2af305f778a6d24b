public import Evidence

/// From no connection to a session: dial, register, log in, follow redirects, try elsewhere.
extension ClientCore {
    /// Wants a session from now on, until `logOut`, `vanish` or `finish`.
    public mutating func logIn(now: Instant) {
        self.now = now
        guard !wantsSession else { return }
        wantsSession = true
        if case .resting = phase { connect(to: servers.take()) }
    }

    /// How long one request may take.
    private var requestTimeout: Duration { configuration.hold * 2 }

    private mutating func connect(to address: Address) {
        let dial = nextDial()
        phase = .dialing(dial, address)
        order(.dial(dial, address))
        setTimer(.attempt, after: requestTimeout)
    }

    mutating func connected(_ connection: ConnectionID, _ dial: DialID?) {
        guard let dial, dial.number % 16 == configuration.lane else { return }
        guard case .dialing(dial, let address) = phase else {
            order(.abort(connection))
            return
        }
        let link = Link(connection: connection, address: address)
        switch registration {
        case .needed: register(link)
        case .taken, .done: login(link)
        }
    }

    mutating func dialFailed(_ dial: DialID, _ reason: String) {
        guard case .dialing(dial, _) = phase else { return }
        tryAgain(reason)
    }

    private mutating func register(_ link: Link) {
        let operation = counters.nextOperation()
        phase = .registering(link, operation: operation)
        record(
            .register,
            [
                .operation: "\(operation)", .user: configuration.user, .secret: secretDigest,
                .server: "\(link.address)",
            ]
        )
        say(.register(user: configuration.user, secret: configuration.secret), link)
        setTimer(.attempt, after: requestTimeout)
    }

    private mutating func login(_ link: Link) {
        let operation = counters.nextOperation()
        phase = .loggingIn(link, operation: operation)
        record(
            .login,
            [
                .operation: "\(operation)", .user: configuration.user, .secret: secretDigest,
                .server: "\(link.address)",
            ]
        )
        var resume: Resume?
        if configuration.resumes {
            resume = Resume(
                client: configuration.client,
                stream: outbox.stream,
                acknowledged: outbox.acknowledged,
                delivered: ordering == .causal ? inbox.delivered : []
            )
        }
        let secret = configuration.isAnonymous ? nil : configuration.secret
        say(.login(user: configuration.user, secret: secret, resume: resume), link)
        setTimer(.attempt, after: requestTimeout)
    }

    var secretDigest: String {
        "\(Digest(user: configuration.user, secret: configuration.secret))"
    }

    mutating func say(_ request: ClientRequest, _ link: Link) {
        order(.send(link.connection, request.frame()))
    }

    // MARK: Answers

    mutating func registered(_ link: Link, operation: Int64) {
        record(.registerOK, [.operation: "\(operation)", .user: configuration.user])
        registration = .done
        tell(.registered)
        login(link)
    }

    mutating func registerFailed(
        _ link: Link,
        operation: Int64,
        info: String,
        reason: RegisterFailure?
    ) {
        let why = reason ?? .taken
        record(
            .registerFail,
            [.operation: "\(operation)", .user: configuration.user, .reason: why.rawValue]
        )
        order(.close(link.connection))
        switch why {
        case .taken:
            // An earlier incarnation or an attempt without an answer has the name: its login will tell.
            registration = .taken
            tell(.nameTaken(mayBeOurs: isRegistrationUndecided))
            connect(to: link.address)
        case .noQuorum, .refused, .unfit:
            tell(.refused(info: info, isFinal: why == .unfit))
            tryAgain(info)
        }
    }

    mutating func loginSucceeded(_ link: Link, operation: Int64, grant: Grant?) {
        guard let grant, configuration.resumes else {
            phase = .settling(link, operation: operation)
            setTimer(.settle, after: Self.settleDelay)
            return
        }
        if grant.isRedirect {
            loginFailed(operation, "redirected")
            phase = .redirected(link)
        } else {
            open(link, operation: operation, grant: grant)
        }
    }

    /// No REDIRECT followed LOGIN_SUCCESS: the session counts.
    mutating func settled() {
        guard case .settling(let link, let operation) = phase else { return }
        open(link, operation: operation, grant: nil)
    }

    mutating func loginFailed(
        _ link: Link,
        operation: Int64,
        info: String,
        reason: LoginFailure?
    ) {
        loginFailed(operation, (reason ?? .refused).rawValue)
        order(.close(link.connection))
        let isFinal = reason == .unknownUser || reason == .wrongSecret
        tell(.refused(info: info, isFinal: isFinal))
        if reason == .unknownUser, case .taken = registration { registration = .needed }
        if reason == .behind {
            let since = behindSince ?? now
            behindSince = since
            if now - since >= configuration.hold * 10 { beginStream(reason: "behind") }
        } else {
            behindSince = nil
        }
        tryAgain(info)
    }

    mutating func redirected(_ link: Link, to address: Address) {
        order(.close(link.connection))
        tell(.redirected(address))
        if servers.redirected(to: address) {
            connect(to: address)
        } else {
            tryAgain("sent from server to server")
        }
    }

    mutating func loginFailed(_ operation: Int64, _ reason: String) {
        record(
            .loginFail,
            [.operation: "\(operation)", .user: configuration.user, .reason: reason]
        )
    }

    mutating func beginStream(reason: String) {
        outbox.beginStream()
        inbox.beginStream()
        behindSince = nil
        record(
            .streamStarted,
            [.user: configuration.user, .stream: outbox.stream, .reason: reason]
        )
        tell(.newStream(outbox.stream))
    }

    /// A stock client's messages are numbered anew on each connection but its first.
    mutating func beginStreamOfConnection() {
        if outbox.isUsed { beginStream(reason: "connection") }
    }

    // MARK: No answer

    mutating func attemptTimedOut() {
        switch phase {
        case .dialing, .registering, .loggingIn, .redirected:
            abandon("time-out")
            tryAgain("time-out")
        case .resting, .waiting, .settling, .open, .closing:
            break
        }
    }

    /// Ends what is asked and not answered; its outcome is open.
    mutating func abandon(_ reason: String) {
        switch phase {
        case .registering(let link, let operation):
            isRegistrationUndecided = true
            order(.abort(link.connection))
            record(
                .registerInfo,
                [.operation: "\(operation)", .user: configuration.user, .reason: reason]
            )
        case .loggingIn(let link, let operation), .settling(let link, let operation):
            // However it came about: the connection is closed, and with it whatever session it opened.
            order(.abort(link.connection))
            record(
                .loginInfo,
                [.operation: "\(operation)", .user: configuration.user, .reason: "closed"]
            )
        case .redirected(let link):
            order(.abort(link.connection))
        case .resting, .waiting, .dialing, .open, .closing:
            break
        }
    }

    /// Waits a little and tries the next server, where a session is wanted.
    mutating func tryAgain(_ reason: String) {
        cancelTimer(.attempt)
        cancelTimer(.settle)
        tell(.disconnected(reason: reason))
        guard wantsSession else {
            phase = .resting
            tell(.loggedOut)
            return
        }
        phase = .waiting
        setTimer(.wait, after: servers.wait(random: &random))
    }

    mutating func waited() {
        guard case .waiting = phase else { return }
        connect(to: servers.take())
    }
}
