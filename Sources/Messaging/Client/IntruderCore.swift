import Evidence

/// Tries what must fail, one attempt at a time, each on a short connection of its own: taken names,
/// wrong secrets, unknown users, and now and then a fresh name twice. It also registers names for churn
/// and for rivals, who want the same one.
struct IntruderCore: Sendable {
    /// What is tried.
    enum Attempt: Sendable, Equatable {
        case registerOther
        case wrongSecret
        case registerOwn
        case unknownUser
        case registerFresh
        /// Follows `registerFresh`.
        case registerFreshAgain
        /// A name that other clients want at the same time; it must fail only where one of them has it.
        case registerRival(number: Int64)

        /// What is tried in turn.
        static let usual: [Attempt] = [
            .registerOther, .wrongSecret, .registerOwn, .unknownUser, .registerFresh,
            .registerFreshAgain,
        ]
    }

    /// What the intruder is doing.
    enum Phase: Sendable {
        case resting
        case dialing(DialID, Address, Attempt)
        case asking(Asking)
        /// LOGIN_SUCCESS came; a REDIRECT may follow at once.
        case settling(Asking)
    }

    /// A request without an answer.
    struct Asking: Sendable {
        let connection: ConnectionID
        let address: Address
        let attempt: Attempt
        let operation: Int64
        let user: String
        let secret: String
    }

    static let timerKind = 20
    private static let lane: Int64 = 1

    private let configuration: WorkloadConfiguration
    private var random: SeededGenerator
    private(set) var phase: Phase = .resting
    private var turn = 0
    private var freshNames = 0
    private var dials: Int64 = 0
    private var effects: [Effect] = []

    init(_ configuration: WorkloadConfiguration) {
        self.configuration = configuration
        let client = configuration.client
        random = SeededGenerator(seed: client.seed, stream: "intruder.\(client.client)")
        turn = random.below(Attempt.usual.count)
    }

    private var timer: TimerID { TimerID(kind: Self.timerKind, number: Self.lane) }
    private var requestTimeout: Duration { configuration.client.hold * 2 }

    /// Begins the next attempt, unless one is under way.
    mutating func begin() -> [Effect] {
        guard case .resting = phase else { return [] }
        let attempt = Attempt.usual[turn % Attempt.usual.count]
        turn += 1
        dial(attempt == .registerFreshAgain && freshNames == 0 ? .registerFresh : attempt)
        return takeEffects()
    }

    /// Begins this attempt, unless another is under way.
    mutating func begin(_ attempt: Attempt) -> [Effect] {
        guard case .resting = phase else { return [] }
        dial(attempt)
        return takeEffects()
    }

    /// Takes an event of its own connection, dial and timer; passes over all others.
    mutating func receive(_ event: Event, counters: inout ClientCounters) -> [Effect] {
        switch event {
        case .started, .control, .written, .stored, .storeFailed, .hashed:
            break
        case .connected(let connection, let dial?) where dial.number % 16 == Self.lane:
            guard case .dialing(dial, let address, let attempt) = phase else {
                return [.abort(connection)]
            }
            ask(connection, address, attempt, &counters)
        case .connected:
            break
        case .dialFailed(let dial, _):
            if case .dialing(dial, _, _) = phase { rest() }
        case .received(let connection, let line):
            received(connection, line, &counters)
        case .closed(let connection, _):
            switch phase {
            case .asking(let asking) where asking.connection == connection:
                ended(asking, .info, "closed")
            case .settling(let asking) where asking.connection == connection:
                loggedIn(asking, &counters)
            case .resting, .dialing, .asking, .settling:
                break
            }
        case .timer(timer):
            timedOut(&counters)
        case .timer:
            break
        }
        return takeEffects()
    }

    /// Drops what is under way; what was asked stays open.
    mutating func finish() -> [Effect] {
        switch phase {
        case .asking(let asking), .settling(let asking):
            effects.append(.abort(asking.connection))
            ended(asking, .info, "given up")
        case .resting, .dialing:
            rest()
        }
        return takeEffects()
    }

    private mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    private mutating func rest() {
        phase = .resting
        effects.append(.cancelTimer(timer))
    }

    private mutating func dial(_ attempt: Attempt) {
        guard let address = random.pick(configuration.client.servers) else { return }
        dials += 1
        let dial = DialID(dials * 16 + Self.lane)
        phase = .dialing(dial, address, attempt)
        effects.append(.dial(dial, address))
        effects.append(.setTimer(timer, after: requestTimeout))
    }

    /// The user whom an attempt is about.
    private mutating func victim(_ attempt: Attempt) -> String {
        let own = configuration.client.user
        switch attempt {
        case .registerOwn:
            return own
        case .registerOther, .wrongSecret:
            guard configuration.others > 1 else { return own }
            return "user-\(random.within(1...configuration.others))"
        case .unknownUser:
            return "nobody-\(Hexadecimal.text(bytes: 12, &random))"
        case .registerFresh:
            freshNames += 1
            return "fresh-\(configuration.client.client)-\(freshNames)"
        case .registerFreshAgain:
            return "fresh-\(configuration.client.client)-\(freshNames)"
        case .registerRival(let number):
            return "rival-\(number)"
        }
    }

    private mutating func ask(
        _ connection: ConnectionID,
        _ address: Address,
        _ attempt: Attempt,
        _ counters: inout ClientCounters
    ) {
        let asking = Asking(
            connection: connection,
            address: address,
            attempt: attempt,
            operation: counters.nextOperation(),
            user: victim(attempt),
            secret: Hexadecimal.text(bytes: 16, &random)
        )
        phase = .asking(asking)
        let request: ClientRequest
        if attempt.isLogin {
            request = .login(user: asking.user, secret: asking.secret, resume: nil)
        } else {
            request = .register(user: asking.user, secret: asking.secret)
        }
        let fields: FieldValues = [
            .operation: "\(asking.operation)", .user: asking.user,
            .secret: "\(Digest(user: asking.user, secret: asking.secret))", .server: "\(address)",
        ]
        effects.append(.record(attempt.isLogin ? .login : .register, fields))
        effects.append(.send(connection, request.frame()))
        effects.append(.setTimer(timer, after: requestTimeout))
    }

    private mutating func received(
        _ connection: ConnectionID,
        _ line: [UInt8],
        _ counters: inout ClientCounters
    ) {
        let asking: Asking
        let isSettling: Bool
        switch phase {
        case .asking(let current) where current.connection == connection:
            (asking, isSettling) = (current, false)
        case .settling(let current) where current.connection == connection:
            (asking, isSettling) = (current, true)
        case .resting, .dialing, .asking, .settling:
            return
        }
        let reply = try? ServerReply(line: line)
        switch reply {
        case .registerSuccess where !asking.attempt.isLogin:
            effects.append(.close(connection))
            ended(asking, .ok, nil)
        case .registerFailed(_, let reason) where !asking.attempt.isLogin:
            effects.append(.close(connection))
            ended(asking, .fail, (reason ?? .taken).rawValue)
        case .loginSuccess where asking.attempt.isLogin && !isSettling:
            phase = .settling(asking)
            effects.append(.setTimer(timer, after: ClientCore.settleDelay))
        case .loginFailed(_, let reason) where asking.attempt.isLogin && !isSettling:
            effects.append(.close(connection))
            ended(asking, .fail, (reason ?? .refused).rawValue)
        case .redirect where isSettling:
            effects.append(.close(connection))
            ended(asking, .fail, "redirected")
        case .invalidMessage where !isSettling, .authenticationFail where !isSettling:
            effects.append(.close(connection))
            ended(asking, .fail, "refused")
        case .some, .none:
            if isSettling {
                loggedIn(asking, &counters)
            } else {
                effects.append(.abort(connection))
                ended(asking, .info, "an answer that makes no sense")
            }
        }
    }

    private mutating func timedOut(_ counters: inout ClientCounters) {
        switch phase {
        case .resting:
            break
        case .dialing:
            rest()
        case .asking(let asking):
            effects.append(.abort(asking.connection))
            ended(asking, .info, "time-out")
        case .settling(let asking):
            loggedIn(asking, &counters)
        }
    }

    /// A login that should have failed opened a session; it is written down and ended.
    private mutating func loggedIn(_ asking: Asking, _ counters: inout ClientCounters) {
        let session = "\(counters.nextSession())"
        effects.append(
            .record(
                .loginOK,
                [
                    .operation: "\(asking.operation)", .user: asking.user, .session: session,
                    .secret: "\(Digest(user: asking.user, secret: asking.secret))",
                    .resumes: "no", .server: "\(asking.address)",
                ]
            )
        )
        effects.append(
            .record(.sessionEnded, [.user: asking.user, .session: session, .reason: "closed"])
        )
        effects.append(.abort(asking.connection))
        rest()
    }

    private enum Outcome {
        case ok
        case fail
        case info
    }

    private mutating func ended(_ asking: Asking, _ outcome: Outcome, _ reason: String?) {
        let kind: EventKind =
            switch (asking.attempt.isLogin, outcome) {
            case (true, .ok): .loginOK
            case (true, .fail): .loginFail
            case (true, .info): .loginInfo
            case (false, .ok): .registerOK
            case (false, .fail): .registerFail
            case (false, .info): .registerInfo
            }
        var fields: FieldValues = [.operation: "\(asking.operation)", .user: asking.user]
        // The connection of a login without an answer is closed by now, whoever closed it.
        fields[.reason] = kind == .loginInfo ? "closed" : reason
        effects.append(.record(kind, fields))
        rest()
    }
}

extension IntruderCore.Attempt {
    /// Whether it logs in; else it registers.
    var isLogin: Bool {
        switch self {
        case .wrongSecret, .unknownUser: true
        case .registerOther, .registerOwn, .registerFresh, .registerFreshAgain, .registerRival:
            false
        }
    }
}
