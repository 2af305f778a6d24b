public import Evidence

/// Sends, and the ends that a client chooses itself.
extension ClientCore {
    /// Sends a message to everybody; nil where it is not taken: too many are open or, for a client
    /// that cannot send again, there is no session.
    ///
    /// A client that resumes takes messages without a session too, and sends them once it has one.
    @discardableResult
    public mutating func send(_ body: String, now: Instant) -> MessageIdentity? {
        self.now = now
        endIfSilent()
        guard !outbox.isFull, configuration.resumes || isLoggedIn else { return nil }
        let content = outbox.add(body)
        var fields: FieldValues = [
            .user: configuration.user, .message: "\(content.identity)",
            .digest: "\(content.digest)",
        ]
        if case .open(let session) = phase { fields[.session] = "\(session.number)" }
        record(.send, fields)
        sendDue(from: content.identity.number)
        return content.identity
    }

    /// Gives the open sends from a number on to the session, in order.
    mutating func sendDue(from number: Int64) {
        guard case .open(var session) = phase else { return }
        let isRepeated = configuration.mechanisms.contains(.resend)
        for content in outbox.takeDue(from: number, again: isRepeated) {
            let identity = content.identity
            var place: StreamPlace?
            if session.resumes {
                place = StreamPlace(stream: identity.stream, number: identity.number)
            } else if session.waitingSince == nil {
                session.waitingSince = now
                phase = .open(session)
            }
            say(
                .activityMessage(
                    user: configuration.user,
                    secret: configuration.isAnonymous ? nil : configuration.secret,
                    activity: content.activity,
                    place: place
                ),
                session.link
            )
        }
    }

    mutating func acknowledged(through number: Int64, of stream: String) {
        for identity in outbox.acknowledge(through: number, of: stream) { acknowledged(identity) }
    }

    /// A stock client's own message came back to it.
    mutating func echoed(_ identity: MessageIdentity) {
        guard identity.user == configuration.user, outbox.acknowledge(identity) else { return }
        acknowledged(identity)
        if case .open(var session) = phase {
            session.waitingSince = outbox.open.isEmpty ? nil : now
            phase = .open(session)
        }
    }

    private mutating func acknowledged(_ identity: MessageIdentity) {
        var fields: FieldValues = [.user: configuration.user, .message: "\(identity)"]
        if case .open(let session) = phase { fields[.session] = "\(session.number)" }
        record(.ack, fields)
        tell(.acknowledged(identity))
    }

    // MARK: Leaving

    /// Logs out and wants no session any more; `loggedOut` is told once no connection is left.
    public mutating func logOut(now: Instant) {
        self.now = now
        endIfSilent()
        wantsSession = false
        guard case .open(let session) = phase else {
            leave()
            return
        }
        acknowledgeDeliveries()
        record(.logout, [.user: configuration.user, .session: "\(session.number)"])
        endSession("logout")
        say(.logout, session.link)
        phase = .closing(session.link.connection)
        setTimer(.close, after: configuration.hold)
    }

    /// Goes without a word, as a client does whose cable is pulled, and wants no session any more.
    public mutating func vanish(now: Instant) {
        self.now = now
        endIfSilent()
        wantsSession = false
        guard case .open(let session) = phase else {
            leave()
            return
        }
        endSession("left")
        order(.abort(session.link.connection))
        phase = .resting
        tell(.loggedOut)
    }

    /// Writes down what is still open: what was sent may have taken effect, the rest certainly did not.
    public mutating func finish(now: Instant) {
        self.now = now
        wantsSession = false
        leave()
        for entry in outbox.giveUp() { ended(entry) }
    }

    mutating func loggedOut() {
        cancelTimer(.close)
        if wantsSession {
            phase = .waiting
            setTimer(.wait, after: .zero)
        } else {
            phase = .resting
        }
        tell(.loggedOut)
    }

    mutating func closeTimedOut() {
        guard case .closing(let connection) = phase else { return }
        order(.abort(connection))
        loggedOut()
    }

    /// Drops whatever is under way outside a session.
    private mutating func leave() {
        switch phase {
        case .resting:
            tell(.loggedOut)
            return
        case .closing(let connection):
            order(.abort(connection))
        case .open(let session):
            endSession("closed")
            order(.abort(session.link.connection))
        case .waiting, .dialing, .registering, .loggingIn, .settling, .redirected:
            abandon("given up")
        }
        for timer in [Timer.attempt, .wait, .close, .settle] { cancelTimer(timer) }
        phase = .resting
        tell(.loggedOut)
    }
}
