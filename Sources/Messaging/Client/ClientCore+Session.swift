public import Evidence

/// An open session: what arrives, heartbeats, acknowledgements of deliveries, and its end.
extension ClientCore {
    mutating func received(_ connection: ConnectionID, _ line: [UInt8]) {
        guard let link = currentLink, link.connection == connection else { return }
        if case .open(var session) = phase {
            session.lastHeard = now
            phase = .open(session)
        }
        do throws(WireError) {
            took(try ServerReply(line: line), link)
        } catch {
            order(.send(connection, ClientRequest.invalidMessage(info: error.info).frame()))
            lost("the server sent what is no message: \(error.info)", close: .close(connection))
        }
    }

    private var currentLink: Link? {
        switch phase {
        case .registering(let link, _), .loggingIn(let link, _), .settling(let link, _),
            .redirected(let link):
            link
        case .open(let session):
            session.link
        case .resting, .waiting, .dialing, .closing:
            nil
        }
    }

    private mutating func took(_ reply: ServerReply, _ link: Link) {
        switch (reply, phase) {
        case (.registerSuccess, .registering(_, let operation)):
            registered(link, operation: operation)
        case (.registerFailed(let info, let reason), .registering(_, let operation)):
            registerFailed(link, operation: operation, info: info, reason: reason)
        case (.loginSuccess(_, let grant), .loggingIn(_, let operation)):
            loginSucceeded(link, operation: operation, grant: grant)
        case (.loginFailed(let info, let reason), .loggingIn(_, let operation)):
            loginFailed(link, operation: operation, info: info, reason: reason)
        case (.redirect(let address), .settling(_, let operation)):
            cancelTimer(.settle)
            loginFailed(operation, "redirected")
            redirected(link, to: address)
        case (.redirect(let address), .redirected):
            redirected(link, to: address)
        case (.redirect(let address), .open):
            endSession("closed")
            redirected(link, to: address)
        case (.activityBroadcast(let activity, let sender, let place), .open):
            delivered(activity, sender: sender, place: place)
        case (.activityBroadcast(let activity, let sender, let place), .settling):
            settled()
            delivered(activity, sender: sender, place: place)
        case (.activityAck(let place), .open):
            acknowledged(through: place.number, of: place.stream)
        case (.heartbeatAck(let number, let count), .open):
            heartbeatAnswered(number, count: count)
        case (.whoAnswer(let users, let count), .open):
            tell(.present(users: users, count: count))
        case (.invalidMessage(let info), _), (.authenticationFail(let info), _):
            tell(.refused(info: info, isFinal: false))
            lost(info, close: .close(link.connection))
        case (_, _):
            // An answer to nothing that was asked, or a broadcast before LOGIN_SUCCESS.
            break
        }
    }

    // MARK: Begin

    mutating func open(_ link: Link, operation: Int64, grant: Grant?) {
        cancelTimer(.attempt)
        cancelTimer(.settle)
        let resumes = configuration.resumes && grant != nil
        if !resumes { beginStreamOfConnection() }
        behindSince = nil
        hasResumed = resumes
        servers.succeeded()
        ordering = grant?.ordering ?? .fifo
        inbox.begin()
        let session = Session(
            number: counters.nextSession(),
            link: link,
            hold: grant?.hold ?? configuration.hold,
            resumes: resumes,
            lastAnswered: now,
            lastHeard: now
        )
        phase = .open(session)
        record(
            .loginOK,
            [
                .operation: "\(operation)", .user: configuration.user,
                .session: "\(session.number)", .secret: secretDigest,
                .resumes: resumes ? "yes" : "no", .stream: outbox.stream,
                .server: "\(link.address)",
            ]
        )
        let accepted = grant?.accepted ?? 0
        let givesUp = resumes && isHopeless(after: accepted)
        if !givesUp { tell(.loggedIn(session: session.number, server: link.address)) }
        if resumes {
            acknowledged(through: accepted, of: outbox.stream)
            if givesUp {
                giveUpFirst(session)
                return
            }
            sendDue(from: 1)
            beat()
        }
        setTimer(.silence, after: session.hold)
    }

    // MARK: Deliveries

    private mutating func delivered(_ activity: Activity, sender: String?, place: StreamPlace?) {
        guard case .open(let session) = phase else { return }
        let content = OrdealBody(activity)
        var isNew = true
        if session.resumes {
            let user = sender ?? content?.identity.user
            let seen =
                place
                ?? content.map {
                    StreamPlace(stream: $0.identity.stream, number: $0.identity.number)
                }
            isNew = inbox.isNew(sender: user, place: seen)
            if !configuration.mechanisms.contains(.repeatCheck) { isNew = true }
            if inbox.isOverfull {
                lost("the server confirms nothing", close: .abort(session.link.connection))
                return
            }
        }
        if isNew { handOver(activity, content, sender: sender, place: place, session) }
        guard session.resumes else { return }
        if inbox.unacknowledged >= Self.acknowledgeMax {
            acknowledgeDeliveries()
        } else if inbox.unacknowledged == 1 {
            setTimer(.acknowledge, after: Self.acknowledgeDelay)
        }
    }

    /// Records a delivery and gives it to whoever drives the client.
    private mutating func handOver(
        _ activity: Activity,
        _ content: OrdealBody?,
        sender: String?,
        place: StreamPlace?,
        _ session: Session
    ) {
        if let identity = content?.identity ?? self.identity(sender, place) {
            let digest = content?.digest ?? Digest(activity.bytes)
            record(
                .deliver,
                [
                    .user: configuration.user, .session: "\(session.number)",
                    .message: "\(identity)", .digest: "\(digest)",
                ]
            )
            if !session.resumes { echoed(identity) }
        }
        let name = activity.authenticatedUser ?? sender ?? ""
        tell(.delivered(sender: name, activity: activity))
    }

    private func identity(_ sender: String?, _ place: StreamPlace?) -> MessageIdentity? {
        guard let sender, let place, !place.stream.isEmpty, !place.stream.contains("/") else {
            return nil
        }
        return MessageIdentity(user: sender, stream: place.stream, number: place.number)
    }

    mutating func acknowledgeDeliveries() {
        guard case .open(let session) = phase, inbox.unacknowledged > 0 else { return }
        cancelTimer(.acknowledge)
        say(.deliveryAck(count: inbox.acknowledgeAll()), session.link)
    }

    // MARK: Heartbeats

    mutating func beat() {
        guard case .open(var session) = phase, session.resumes else { return }
        session.lastHeartbeat += 1
        session.heartbeats.append((session.lastHeartbeat, now))
        phase = .open(session)
        say(.heartbeat(number: session.lastHeartbeat), session.link)
        setTimer(.heartbeat, after: session.hold / 4)
    }

    private mutating func heartbeatAnswered(_ number: Int64, count: Int64) {
        guard case .open(var session) = phase,
            let answered = session.heartbeats.first(where: { $0.number == number })
        else { return }
        session.heartbeats.removeAll { $0.number <= number }
        session.lastAnswered = answered.sent
        phase = .open(session)
        record(
            .alive,
            [
                .user: configuration.user, .session: "\(session.number)",
                .since: "\(answered.sent.nanoseconds)",
            ]
        )
        guard inbox.confirm(lines: count) else { return }
        record(
            .confirmed,
            [
                .user: configuration.user, .session: "\(session.number)",
                .count: "\(inbox.confirmed)",
            ]
        )
    }

    // MARK: Who is there

    /// Asks who is connected; `present` tells. False where nobody can be asked: there is no session, or not
    /// one with a server that is known to speak the extensions.
    public mutating func askWho(now: Instant) -> Bool {
        self.now = now
        guard case .open(let session) = phase, session.resumes else { return false }
        say(.who, session.link)
        return true
    }

    // MARK: End

    /// Ends a session that fell silent, at the instant when it did, before anything more is read.
    mutating func endIfSilent() {
        guard case .open(let session) = phase else { return }
        let end: Instant
        if session.resumes {
            end = session.lastAnswered + session.hold
        } else if let waitingSince = session.waitingSince {
            end = max(waitingSince, session.lastHeard) + session.hold * 2
        } else {
            return
        }
        guard now > end else { return }
        endSession("silent", at: session.resumes ? end : nil)
        order(.abort(session.link.connection))
        tryAgain("the server fell silent")
    }

    /// Looks again when the session would have fallen silent; `endIfSilent` came first.
    mutating func watchSilence() {
        guard case .open(let session) = phase else { return }
        let end = session.lastAnswered + session.hold
        let rest = session.resumes ? end - now : session.hold / 2
        setTimer(.silence, after: max(rest, .zero) + .milliseconds(1))
    }

    mutating func closed(_ connection: ConnectionID, _ reason: Event.CloseReason) {
        if case .closing(connection) = phase {
            loggedOut()
            return
        }
        guard currentLink?.connection == connection else { return }
        lost(Self.words(reason), close: nil)
    }

    /// The connection is of no use any more.
    private mutating func lost(_ reason: String, close: Effect?) {
        if case .open(let session) = phase {
            if session.resumes { strike() }
            endSession("closed")
        } else {
            abandon(reason)
        }
        if let close { order(close) }
        tryAgain(reason)
    }

    mutating func endSession(_ reason: String, at instant: Instant? = nil) {
        guard case .open(let session) = phase else { return }
        for timer in [Timer.heartbeat, .silence, .acknowledge] { cancelTimer(timer) }
        record(
            .sessionEnded,
            [
                .user: configuration.user, .session: "\(session.number)", .reason: reason,
            ],
            at: instant
        )
    }

    private static func words(_ reason: Event.CloseReason) -> String {
        switch reason {
        case .ended: "closed by the server"
        case .failed(let why): why
        case .lineTooLong: "the server sent too long a line"
        case .tooMuchPending: "the server reads too slowly"
        }
    }
}
