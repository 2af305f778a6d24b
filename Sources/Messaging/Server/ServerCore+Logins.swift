import Evidence

/// Logging in: the secret, other sessions of the user, and the claim that everybody holds.
extension ServerCore {
    mutating func login(_ attempt: PeerRequest.LoginAttempt, from server: ServerID) {
        guard attempt.user != ClientRequest.anonymous else {
            loginAnonymous(attempt.session, from: server)
            return
        }
        logins[attempt.session] = LoginUnderWay(
            attempt: attempt,
            server: server,
            deadline: now + hold
        )
        if let registration = registrations[attempt.user] {
            check(attempt.session, registration)
        } else {
            query(attempt.user, for: attempt.session)
        }
    }

    /// An anonymous client is given what is stored from now on: what is here already may be acknowledged
    /// elsewhere before it came, so that is held, and told to those who are there, first.
    private mutating func loginAnonymous(_ session: SessionID, from server: ServerID) {
        if log.heldThrough < log.end {
            mark(.anonymousWaits)
            once(held: log.end - 1, .anonymous(server: server, session: session))
        } else {
            answer(server, .loginSucceeded(session: session, accepted: 0, taken: 0))
        }
    }

    mutating func fail(_ session: SessionID, _ reason: LoginFailure, _ info: String) {
        guard let login = logins.removeValue(forKey: session) else { return }
        answer(login.server, .loginFailed(session: session, reason: reason, info: info))
    }

    /// The registration of the user is known.
    mutating func check(_ session: SessionID, _ registration: Registration) {
        guard var login = logins[session] else { return }
        let attempt = login.attempt
        guard attempt.isVerified else {
            logins[session] = nil
            answer(login.server, .challenge(session: session, registration.credential))
            return
        }
        let source = Source(user: attempt.user, stream: attempt.stream)
        let progress = streams[source] ?? StreamProgress()
        guard progress.taken >= attempt.acknowledged, !isBehind(attempt.delivered) else {
            mark(.loginBehind)
            fail(session, .behind, "this server lacks some of what was acknowledged")
            return
        }
        if attempt.isCheck {
            mark(.loginChecked)
            logins[session] = nil
            answer(
                login.server,
                .loginSucceeded(
                    session: session,
                    accepted: progress.held,
                    taken: progress.taken
                )
            )
            return
        }
        login.deadline = now + hold
        login.registered = registration.mark
        for other in sessionsOfUser[attempt.user] ?? [] where other != session {
            guard let state = knownSessions[other] else { continue }
            if state.record.client != nil && state.record.client == attempt.client {
                mark(.loginReplacesOwn)
                login.replaced.append(other)
            } else if state.record.supervisor == id {
                if state.goneAt != nil || !isBelow(state.record.server) {
                    mark(.loginReplacesDead)
                    login.replaced.append(other)
                } else {
                    login.awaited.insert(other)
                }
            } else if isLinked(state.record.supervisor) {
                login.awaited.insert(other)
            }
        }
        logins[session] = login
        for other in login.awaited.sorted() {
            probe(other, for: .login(session, about: other))
        }
        if login.awaited.isEmpty { claim(session) }
    }

    private func isBelow(_ server: ServerID) -> Bool { server == id || peers[server] != nil }

    // MARK: Probes

    /// Finds out whether a session is alive.
    mutating func probe(_ session: SessionID, for origin: Probe.Origin) {
        let number = number()
        var probe = Probe(origin: origin, asked: nil, deadline: now + hold)
        guard let state = knownSessions[session], !state.record.isClosed else {
            probes[number] = probe
            mark(.probeUnknown)
            probeAnswered(number, false)
            return
        }
        let supervisor = state.record.supervisor
        if supervisor == id {
            probes[number] = probe
            if state.isOpened && state.goneAt == nil && isBelow(state.record.server) {
                mark(.probedHere)
                answer(state.record.server, .probe(session: session, number: number))
            } else if logins[session] == nil {
                probeAnswered(number, false)
            } else {
                mark(.probeRival)
                // A login under way: the earlier one of the two will win.
                probeAnswered(number, false, isRival: true)
            }
        } else if case .login = origin, isLinked(supervisor) {
            mark(.probedElsewhere)
            probe.asked = supervisor
            probes[number] = probe
            tell(supervisor, .probe(number: number, session: session))
        } else {
            probes[number] = probe
            probeAnswered(number, false)
        }
    }

    mutating func probeAnswered(_ number: Int64, _ isAlive: Bool, isRival: Bool = false) {
        guard let probe = probes.removeValue(forKey: number) else { return }
        switch probe.origin {
        case .link(let server, let theirs):
            // A rival is not closed by the other side: the claims decide.
            tell(server, .probeAnswer(number: theirs, isAlive: isAlive || isRival))
        case .login(let session, let other):
            guard var login = logins[session], login.awaited.remove(other) != nil else { return }
            if isAlive {
                mark(.loginElsewhere)
                fail(session, .already, "the user is logged in elsewhere")
                return
            }
            if !isRival { login.replaced.append(other) }
            logins[session] = login
            if login.awaited.isEmpty { claim(session) }
        }
    }

    /// What was asked of a super-peer that is lost: its sessions stand in nobody's way.
    mutating func probesLost(to server: ServerID) {
        for (number, probe) in probes.sorted(by: { $0.key < $1.key }) where probe.asked == server {
            probeAnswered(number, false, isRival: true)
        }
    }

    mutating func watchLogins() {
        for (number, probe) in probes.sorted(by: { $0.key < $1.key })
        where now >= probe.deadline {
            mark(.probeTimedOut)
            probeAnswered(number, false)
        }
    }

    // MARK: The claim

    /// Nothing stands in the way: the login is stored, and takes effect once it is held.
    private mutating func claim(_ session: SessionID) {
        guard var login = logins[session], !login.isClaimed else { return }
        if let mark = registrations[login.attempt.user]?.mark, mark != login.registered {
            fail(session, .wrongSecret, Self.registeredEarlier(login.attempt.user))
            return
        }
        login.isClaimed = true
        logins[session] = login
        let attempt = login.attempt
        for other in login.replaced { close(other) }
        let record = SessionRecord(
            id: session,
            user: attempt.user,
            client: attempt.client,
            stream: attempt.stream,
            stamp: knownSessions[session]?.record.stamp ?? stamp,
            server: login.server,
            supervisor: id,
            attachment: attempt.attachment,
            registered: login.registered
        )
        if let known = knownSessions[session]?.record, known != record, !record.supersedes(known) {
            mark(.loginClaimLost)
            fail(session, .refused, "the session was closed")
            return
        }
        if !counted.contains(attempt.user) {
            login.owedFrom = lastCounted[attempt.user]?.logEnd ?? 0
            logins[session] = login
        }
        let index = store(.session(record))
        once(held: index, .login(session))
        owe(login)
    }

    /// A login is held.
    mutating func loginHeld(_ session: SessionID) {
        guard let login = logins[session], let state = knownSessions[session],
            !state.record.isClosed, state.record.supervisor == id
        else { return }
        logins[session] = nil
        mark(.loginHeld)
        // Super-peers may have been lost since the claim.
        owe(login)
        knownSessions[session]?.isOpened = true
        let source = Source(user: state.record.user, stream: state.record.stream)
        let progress = streams[source] ?? StreamProgress()
        record(.loginHeld, [.user: state.record.user, .server: state.record.server.name])
        answer(
            login.server,
            .loginSucceeded(session: session, accepted: progress.held, taken: progress.taken)
        )
        if has(.pendingOnFailover) { deliverPending(to: session) }
    }
}
