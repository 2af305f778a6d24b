import Evidence

/// What a super-peer says to a server whose clients it answers for: a peer, or itself.
enum PeerReply: Sendable, Hashable {
    /// The registration is held.
    case registered(request: Int64)
    /// The registration certainly failed.
    case registerFailed(request: Int64, reason: RegisterFailure)
    /// Nobody knows whether the registration took effect.
    case registerUndecided(request: Int64)
    /// The login is held, or the secret is right. Numbers of the stream: those held, those taken.
    case loginSucceeded(session: SessionID, accepted: Int64, taken: Int64)
    /// The user is registered: what the secret must come to.
    case challenge(session: SessionID, Credential)
    /// The login certainly failed.
    case loginFailed(session: SessionID, reason: LoginFailure, info: String)
    /// All of the session's stream up to a number is held.
    case acknowledged(session: SessionID, number: Int64)
    /// A message for some sessions, and for all anonymous ones where it says so.
    case broadcast(Delivery)
    /// The acknowledgements of all batches of the session up to this one are held.
    case deliveriesHeld(session: SessionID, batch: Int64)
    /// The answer to a heartbeat.
    case heartbeat(number: Int64)
    /// Who is connected, for the client of a session: the first of so many.
    case who(session: SessionID, users: [String], count: Int64)
    /// Say whether a session is alive.
    case probe(session: SessionID, number: Int64)
    /// Close the connection of a session; denied: the client is told that it may not.
    case disconnect(session: SessionID, info: String, isDenied: Bool)
    /// The other super-peers, to turn to when I am lost, in this order; all servers with their load;
    /// how many clients are under me.
    case announce(backups: [ServerPlace], servers: [ServerPlace], clients: Int64)
    /// Become a super-peer: link with these, with the first one before the others.
    case raise(superPeers: [ServerPlace])
    /// You are a super-peer now.
    case raised

    /// Messages of one stream on their way to sessions; over the wire each goes by itself.
    struct Delivery: Sendable, Hashable {
        /// One of the messages.
        struct Message: Sendable, Hashable {
            var number: Int64
            var activity: Activity
            /// The number among all messages, where the order is total; else 0.
            var order: Int64 = 0
        }

        var source: Source
        /// With consecutive numbers; not empty.
        var messages: [Message]
        var sessions: [SessionID]
        var toAnonymous: Bool
        /// Whether they waited for their user before.
        var isPending = false
    }

    /// Reads a message of a supervisor; nil where its command is none of a supervisor's.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "REGISTER_ATTEMPT_SUCCESS":
            self = .registered(request: try message.integer("request"))
        case "REGISTER_ATTEMPT_FAILED":
            let request = try message.integer("request")
            if let reason = RegisterFailure(rawValue: try message.string("reason")) {
                self = .registerFailed(request: request, reason: reason)
            } else {
                self = .registerUndecided(request: request)
            }
        case "LOGIN_ATTEMPT_SUCCESS":
            self = .loginSucceeded(
                session: try message.session(),
                accepted: try message.integer("accepted"),
                taken: try message.integer("taken")
            )
        case "LOGIN_CHALLENGE":
            self = .challenge(
                session: try message.session(),
                Credential(stored: try message.string("secret"))
            )
        case "LOGIN_ATTEMPT_FAILED":
            self = .loginFailed(
                session: try message.session(),
                reason: LoginFailure(rawValue: try message.string("reason")) ?? .refused,
                info: try message.string("info")
            )
        case "ACTIVITY_ACK":
            self = .acknowledged(
                session: try message.session(),
                number: try message.integer("number")
            )
        case "ACTIVITY_BROADCAST":
            let identity = try message.identity()
            self = .broadcast(
                Delivery(
                    source: Source(user: identity.user, stream: identity.stream),
                    messages: [
                        Delivery.Message(
                            number: identity.number,
                            activity: try message.activity(),
                            order: try message.optionalInteger("order", in: 0 ... .max) ?? 0
                        )
                    ],
                    sessions: try message.strings("sessions").map { SessionID(text: $0) },
                    toAnonymous: try message.bool("anonymous"),
                    isPending: try message.optionalBool("pending") ?? false
                )
            )
        case "DELIVERY_HELD":
            self = .deliveriesHeld(
                session: try message.session(),
                batch: try message.integer("batch")
            )
        case "HEARTBEAT_ACK":
            self = .heartbeat(number: try message.integer("number"))
        case "WHO_ANSWER":
            self = .who(
                session: try message.session(),
                users: try message.strings("users"),
                count: try message.integer("count", in: 0 ... .max)
            )
        case "PROBE":
            self = .probe(session: try message.session(), number: try message.integer("number"))
        case "DISCONNECT_USER":
            self = .disconnect(
                session: try message.session(),
                info: try message.string("info"),
                isDenied: try message.bool("denied")
            )
        case "SUPERVISOR_ANNOUNCE":
            self = .announce(
                backups: try message.places("backups"),
                servers: try message.places("servers"),
                clients: try message.integer("clients", in: 0 ... .max)
            )
        case "RAISE_TO_SUPERPEER":
            self = .raise(superPeers: try message.places("superpeers"))
        case "PEER_RAISED":
            self = .raised
        default:
            return nil
        }
    }

    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .registered(let request):
            return Self.answer("REGISTER_ATTEMPT_SUCCESS", request, nil)
        case .registerFailed(let request, let reason):
            return Self.answer("REGISTER_ATTEMPT_FAILED", request, reason.rawValue)
        case .registerUndecided(let request):
            return Self.answer("REGISTER_ATTEMPT_FAILED", request, "undecided")
        case .loginSucceeded(let session, let accepted, let taken):
            var message = WireWriter("LOGIN_ATTEMPT_SUCCESS")
            message.session(session)
            message.integer("accepted", accepted)
            message.integer("taken", taken)
            return message.frame()
        case .challenge(let session, let credential):
            var message = WireWriter("LOGIN_CHALLENGE")
            message.session(session)
            message.string("secret", credential.stored)
            return message.frame()
        case .loginFailed(let session, let reason, let info):
            var message = WireWriter("LOGIN_ATTEMPT_FAILED")
            message.session(session)
            message.string("reason", reason.rawValue)
            message.string("info", info)
            return message.frame()
        case .acknowledged(let session, let number):
            return Self.numbered("ACTIVITY_ACK", session, "number", number)
        case .broadcast(let delivery):
            return Frame(
                Array(delivery.messages.map { Self.line(of: $0, delivery).bytes }.joined())
            )
        case .deliveriesHeld(let session, let batch):
            return Self.numbered("DELIVERY_HELD", session, "batch", batch)
        case .heartbeat(let number):
            var message = WireWriter("HEARTBEAT_ACK")
            message.integer("number", number)
            return message.frame()
        case .who(let session, let users, let count):
            var message = WireWriter("WHO_ANSWER")
            message.session(session)
            message.strings("users", users)
            message.integer("count", count)
            return message.frame()
        case .probe(let session, let number):
            return Self.numbered("PROBE", session, "number", number)
        case .disconnect(let session, let info, let isDenied):
            var message = WireWriter("DISCONNECT_USER")
            message.session(session)
            message.string("info", info)
            message.bool("denied", isDenied)
            return message.frame()
        case .announce(let backups, let servers, let clients):
            var message = WireWriter("SUPERVISOR_ANNOUNCE")
            message.integer("clients", clients)
            message.places("backups", backups)
            message.places("servers", servers)
            return message.frame()
        case .raise(let superPeers):
            var message = WireWriter("RAISE_TO_SUPERPEER")
            message.places("superpeers", superPeers)
            return message.frame()
        case .raised:
            return WireWriter("PEER_RAISED").frame()
        }
    }

    private static func line(of part: Delivery.Message, _ delivery: Delivery) -> Frame {
        let capacity = part.activity.bytes.count + 160 + 40 * delivery.sessions.count
        var message = WireWriter("ACTIVITY_BROADCAST", capacity: capacity)
        let source = delivery.source
        message.identity(
            MessageIdentity(user: source.user, stream: source.stream, number: part.number)
        )
        message.strings("sessions", delivery.sessions.lazy.map(\.text))
        message.bool("anonymous", delivery.toAnonymous)
        if delivery.isPending { message.bool("pending", true) }
        if part.order > 0 { message.integer("order", part.order) }
        message.activity(part.activity)
        return message.frame()
    }

    private static func answer(_ command: String, _ request: Int64, _ reason: String?) -> Frame {
        var message = WireWriter(command)
        message.integer("request", request)
        message.string("reason", reason)
        return message.frame()
    }

    private static func numbered(
        _ command: String,
        _ session: SessionID,
        _ key: String,
        _ number: Int64
    ) -> Frame {
        var message = WireWriter(command)
        message.session(session)
        message.integer(key, number)
        return message.frame()
    }
}
