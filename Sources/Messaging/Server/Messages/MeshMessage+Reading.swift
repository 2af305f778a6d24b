import Evidence

extension MeshMessage {
    /// Reads a message of a super-peer; nil where its command is none of these.
    init?(_ message: WireReader) throws(WireError) {
        if let item = try Self.item(message) {
            self = .item(
                item,
                origin: try message.server("origin"),
                sequence: try message.integer("sequence", in: 1 ... .max)
            )
            return
        }
        if let epoch = try EpochMessage(message) {
            self = .epoch(epoch)
            return
        }
        if let order = try OrderMessage(message) {
            self = .order(order)
            return
        }
        switch message.command {
        case "SUPERPEER_INFO":
            self = .info(try SuperPeerInfo(message))
        case "SUPERPEER_ANNOUNCE":
            self = .announce(
                Announcement(
                    place: try message.place(),
                    epoch: try message.epoch("epoch"),
                    links: try message.places("links"),
                    peers: try message.places("peers"),
                    serves: try message.bool("serves")
                )
            )
        case "STORED":
            self = .stored(try message.vector("stored"))
        case "RAISE_TO_SUPERPEER":
            self = .raise
        case "RAISING_PEER":
            self = .raising(try message.place())
        case "PEER_RAISED":
            self = .raised(try message.optionalString("id").map { ServerID(text: $0) })
        case "REGISTER_REQUEST":
            self = .register(
                request: try message.integer("request"),
                user: try message.string("username"),
                secret: try message.string("secret")
            )
        case "REGISTER_ATTEMPT_SUCCESS":
            self = .registerAnswer(request: try message.integer("request"), .held)
        case "REGISTER_ATTEMPT_FAILED":
            let reason = RegisterFailure(rawValue: try message.string("reason"))
            self = .registerAnswer(
                request: try message.integer("request"),
                reason.map { .failed($0) } ?? .undecided
            )
        case "REGISTER_VOTE":
            self = .vote(
                number: try message.integer("vote"),
                epoch: try message.integer("epoch"),
                try message.optionalObject("registration")?.registration()
            )
        case "REGISTER_VOTED":
            self = .voted(
                number: try message.integer("vote"),
                epoch: try message.integer("epoch")
            )
        case "USER_QUERY":
            self = .query(
                request: try message.integer("request"),
                user: try message.string("username")
            )
        case "USER_ANSWER":
            self = .queryAnswer(
                request: try message.integer("request"),
                isKnown: try message.optionalBool("known"),
                try message.optionalObject("registration")?.registration()
            )
        case "PROBE":
            self = .probe(number: try message.integer("number"), session: try message.session())
        case "PROBE_ANSWER":
            self = .probeAnswer(
                number: try message.integer("number"),
                isAlive: try message.bool("alive")
            )
        default:
            return nil
        }
    }

    private static func item(_ message: WireReader) throws(WireError) -> Item? {
        switch message.command {
        case "ACTIVITY_BROADCAST":
            .message(
                StoredMessage(
                    identity: try message.identity(),
                    activity: try message.activity(),
                    pending: try message.strings("pending"),
                    order: try message.optionalInteger("order", in: 0 ... .max - 1) ?? 0
                )
            )
        case "ACTIVITY_PENDING":
            .pending(
                users: try message.strings("users"),
                messages: try message.mapped("messages") { object throws(WireError) in
                    try object.identity()
                }
            )
        case "DELIVERY_ACK":
            .acknowledged(
                try message.mapped("delivered") { object throws(WireError) in
                    try object.acknowledgement()
                }
            )
        case "NEW_LOGIN", "USER_DISCONNECTED":
            .session(try message.record())
        case "REGISTER_SUCCESS":
            .registered(try message.registration())
        default:
            nil
        }
    }
}

extension MeshMessage.SuperPeerInfo {
    fileprivate init(_ message: WireReader) throws(WireError) {
        self.init(
            epoch: try message.epoch("epoch"),
            vector: try message.vector("stored"),
            floor: try message.vector("dropped"),
            order: try message.optionalInteger("order", in: 0 ... .max - 1) ?? 0,
            acknowledgements: try message.mapped("delivered") { object throws(WireError) in
                try object.acknowledgement()
            },
            sessions: try message.mapped("sessions") { object throws(WireError) in
                try object.record()
            },
            gone: (try message.optionalStrings("gone") ?? []).map { SessionID(text: $0) },
            registrations: try message.mapped("registrations") { object throws(WireError) in
                try object.registration()
            },
            streams: try message.mapped("streams") { object throws(WireError) in
                try object.acknowledgement()
            },
            superPeers: try message.places("superpeers"),
            lost: try message.optionallyMapped("lost") { object throws(WireError) in
                MeshMessage.LostSuperPeer(
                    id: try object.server("id"),
                    lostFor: try object.integer("lost_for", in: 0...86_400_000),
                    silentFor: try object.integer("silent_for", in: 0...86_400_000),
                    known: try object.vector("stored")
                )
            },
            isLast: try message.bool("last")
        )
    }
}
