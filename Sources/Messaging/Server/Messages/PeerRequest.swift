import Evidence

/// What a server asks of the super-peer that answers for its clients: its supervisor, or itself.
enum PeerRequest: Sendable, Hashable {
    /// These sessions I bring along from another supervisor.
    case attach([Adoption])
    /// Register a name; `request` numbers the answer, `secret` is a hash.
    case register(request: Int64, user: String, secret: String)
    /// Log a user in, or only say whether that could be done.
    case login(LoginAttempt)
    /// A client says something.
    case activity(session: SessionID, identity: MessageIdentity, activity: Activity)
    /// A client acknowledged deliveries; `batch` numbers the answer.
    case delivered(session: SessionID, batch: Int64, places: [Acknowledgement])
    /// A client logged out, or its connection is lost.
    case disconnected(session: SessionID, isLogout: Bool)
    /// Answer, so that I know that you hear me.
    case heartbeat(number: Int64)
    /// Who is connected? For a client of this session.
    case who(session: SessionID)
    /// Whether a session that was asked for is alive.
    case probeAnswer(number: Int64, isAlive: Bool)
    /// How many sessions I have.
    case announce(load: Int64)
    /// I am linked with all super-peers and have what they have: raise me.
    case infoAcknowledged

    /// The most sessions in one message.
    static let attachMax = 64

    /// A session that a peer brings along to a new supervisor.
    struct Adoption: Sendable, Hashable {
        var record: SessionRecord
        /// The last number of its stream that was acknowledged to the client.
        var acknowledged: Int64
        /// What the client acknowledged of its deliveries.
        var delivered: [Acknowledgement]
        /// The last that was written to it of each stream, where the order is causal.
        var written: [Acknowledgement] = []
    }

    /// A login as a server passes it on.
    struct LoginAttempt: Sendable, Hashable {
        var session: SessionID
        var user: String
        var client: String?
        var stream: String
        /// The last number of the stream that was acknowledged to the client.
        var acknowledged: Int64
        /// How often the server was attached so far.
        var attachment: Int64
        /// Whether the secret was found right; else what it must come to is asked for.
        var isVerified: Bool
        /// Whether no session is to be opened: the client will be sent elsewhere.
        var isCheck: Bool
        /// The last that the client was delivered of each stream, where the order is causal.
        var delivered: [MessageIdentity] = []
    }

    /// Reads a message of a peer; nil where its command is none of a peer's.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "ATTACH_SESSIONS":
            self = .attach(
                try message.mapped("sessions") { object throws(WireError) in
                    Adoption(
                        record: try object.record(),
                        acknowledged: try object.integer("acknowledged"),
                        delivered: try object.mapped("delivered") { object throws(WireError) in
                            try object.acknowledgement()
                        },
                        written: try object.optionallyMapped("written") {
                            object throws(WireError) in
                            try object.acknowledgement()
                        }
                    )
                }
            )
        case "REGISTER_REQUEST":
            self = .register(
                request: try message.integer("request"),
                user: try message.string("username"),
                secret: try message.string("secret")
            )
        case "LOGIN_ATTEMPT":
            self = .login(
                LoginAttempt(
                    session: try message.session(),
                    user: try message.string("username"),
                    client: try message.optionalString("client"),
                    stream: try message.string("stream"),
                    acknowledged: try message.integer("acknowledged"),
                    attachment: try message.integer("attachment"),
                    isVerified: try message.bool("verified"),
                    isCheck: try message.bool("check"),
                    delivered: try message.identities("delivered")
                )
            )
        case "ACTIVITY_MESSAGE":
            self = .activity(
                session: try message.session(),
                identity: try message.identity(),
                activity: try message.activity()
            )
        case "DELIVERY_ACK":
            self = .delivered(
                session: try message.session(),
                batch: try message.integer("batch"),
                places: try message.mapped("delivered") { object throws(WireError) in
                    try object.acknowledgement()
                }
            )
        case "USER_DISCONNECTED":
            self = .disconnected(
                session: try message.session(),
                isLogout: try message.bool("logout")
            )
        case "HEARTBEAT":
            self = .heartbeat(number: try message.integer("number"))
        case "WHO":
            self = .who(session: try message.session())
        case "PROBE_ANSWER":
            self = .probeAnswer(
                number: try message.integer("number"),
                isAlive: try message.bool("alive")
            )
        case "SERVER_ANNOUNCE":
            self = .announce(load: try message.integer("load"))
        case "SUPERPEER_INFO_ACK":
            self = .infoAcknowledged
        default:
            return nil
        }
    }

    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .attach(let sessions):
            var message = WireWriter("ATTACH_SESSIONS")
            message.objects("sessions", sessions) { adoption, object in
                object.record(adoption.record)
                object.integer("acknowledged", adoption.acknowledged)
                object.objects("delivered", adoption.delivered) { acknowledgement, object in
                    object.acknowledgement(acknowledgement)
                }
                object.objects("written", adoption.written) { acknowledgement, object in
                    object.acknowledgement(acknowledgement)
                }
            }
            return message.frame()
        case .register(let request, let user, let secret):
            var message = WireWriter("REGISTER_REQUEST")
            message.integer("request", request)
            message.string("username", user)
            message.string("secret", secret)
            return message.frame()
        case .login(let attempt):
            var message = WireWriter("LOGIN_ATTEMPT")
            message.session(attempt.session)
            message.string("username", attempt.user)
            message.string("client", attempt.client)
            message.string("stream", attempt.stream)
            message.integer("acknowledged", attempt.acknowledged)
            message.integer("attachment", attempt.attachment)
            message.bool("verified", attempt.isVerified)
            message.bool("check", attempt.isCheck)
            if !attempt.delivered.isEmpty {
                message.objects("delivered", attempt.delivered) { identity, object in
                    object.identity(identity)
                }
            }
            return message.frame()
        case .activity(let session, let identity, let activity):
            var message = WireWriter("ACTIVITY_MESSAGE", capacity: activity.bytes.count + 200)
            message.session(session)
            message.identity(identity)
            message.activity(activity)
            return message.frame()
        case .delivered(let session, let batch, let places):
            var message = WireWriter("DELIVERY_ACK")
            message.session(session)
            message.integer("batch", batch)
            message.objects("delivered", places) { place, object in
                object.acknowledgement(place)
            }
            return message.frame()
        case .disconnected(let session, let isLogout):
            var message = WireWriter("USER_DISCONNECTED")
            message.session(session)
            message.bool("logout", isLogout)
            return message.frame()
        case .heartbeat(let number):
            var message = WireWriter("HEARTBEAT")
            message.integer("number", number)
            return message.frame()
        case .who(let session):
            var message = WireWriter("WHO")
            message.session(session)
            return message.frame()
        case .probeAnswer(let number, let isAlive):
            var message = WireWriter("PROBE_ANSWER")
            message.integer("number", number)
            message.bool("alive", isAlive)
            return message.frame()
        case .announce(let load):
            var message = WireWriter("SERVER_ANNOUNCE")
            message.integer("load", load)
            return message.frame()
        case .infoAcknowledged:
            return WireWriter("SUPERPEER_INFO_ACK").frame()
        }
    }
}
