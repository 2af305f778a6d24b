import Evidence

/// Secrets are hashed by the server that has the client, slowly and beside everything else: one after the
/// other, while messages flow. Between servers only hashes travel.
extension ServerCore {
    /// What a hash is for.
    enum Hashing: Sendable, Hashable {
        /// A name that a client wants to register.
        case register(ConnectionID, user: String)
        /// A login; what the secret must come to.
        case login(SessionID, Credential)
    }

    /// Whether one more secret may wait to be hashed: of a storm of logins the last ones are sent away.
    var canHash: Bool { hashing.count < configuration.limits.hashesMax }

    mutating func hash(_ request: HashRequest, for purpose: Hashing) {
        let ticket = HashTicket(number())
        hashing[ticket] = purpose
        effects.append(.hash(ticket, request))
    }

    mutating func hashed(_ ticket: HashTicket, _ text: String?) {
        guard let purpose = hashing.removeValue(forKey: ticket) else { return }
        switch purpose {
        case .register(let connection, let user):
            registerHashed(connection, user, text)
        case .login(let session, let credential):
            loginHashed(session, isRight: text.map { credential.matches($0) } ?? false)
        }
    }

    private mutating func registerHashed(
        _ connection: ConnectionID,
        _ user: String,
        _ text: String?
    ) {
        guard case .registering(user, _)? = clients[connection] else { return }
        guard let text else {
            registerFailed(connection, user, .refused)
            return
        }
        guard upstream != .none else {
            registerFailed(connection, user, .noQuorum)
            return
        }
        let request = number()
        registering[request] = connection
        ask(.register(request: request, user: user, secret: text))
    }

    /// The supervisor knows the user and says what the secret must come to.
    mutating func challenged(_ session: SessionID, _ credential: Credential) {
        guard let state = sessions[session], !state.isOpen, let secret = state.secret else {
            return
        }
        guard !hashing.values.contains(.login(session, credential)) else { return }
        guard canHash else {
            loginFailed(session, .cannotTell, "too many log in at a time; try again")
            return
        }
        hash(
            HashRequest(secret: secret, earlier: credential.stored),
            for: .login(session, credential)
        )
    }

    private mutating func loginHashed(_ session: SessionID, isRight: Bool) {
        guard let state = sessions[session], !state.isOpen, let secret = state.secret else {
            return
        }
        guard isRight else {
            mark(.loginWrongSecret)
            loginFailed(session, .wrongSecret, "attempt to login with wrong secret")
            return
        }
        let mark = SecretMark(secret, key: configuration.markKey)
        sessions[session]?.mark = mark
        sessions[session]?.secret = nil
        if let verified = sessions[session] { ask(.login(attempt(verified))) }
    }
}
