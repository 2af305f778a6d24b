import Evidence

extension MeshMessage {
    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .info(let info):
            return info.frame()
        case .announce(let announcement):
            var message = WireWriter("SUPERPEER_ANNOUNCE")
            message.place(announcement.place)
            message.epoch("epoch", announcement.epoch)
            message.places("links", announcement.links)
            message.places("peers", announcement.peers)
            message.bool("serves", announcement.serves)
            return message.frame()
        case .item(let item, let origin, let sequence):
            return Self.frame(item, origin, sequence)
        case .stored(let vector):
            var message = WireWriter("STORED")
            message.vector("stored", vector.sorted)
            return message.frame()
        case .raise:
            return WireWriter("RAISE_TO_SUPERPEER").frame()
        case .raising(let place):
            var message = WireWriter("RAISING_PEER")
            message.place(place)
            return message.frame()
        case .raised(let id):
            var message = WireWriter("PEER_RAISED")
            message.server("id", id)
            return message.frame()
        case .epoch(let epoch):
            return epoch.frame()
        case .order(let order):
            return order.frame()
        case .register(let request, let user, let secret):
            return PeerRequest.register(request: request, user: user, secret: secret).frame()
        case .registerAnswer(let request, let answer):
            switch answer {
            case .held: return PeerReply.registered(request: request).frame()
            case .failed(let reason):
                return PeerReply.registerFailed(request: request, reason: reason).frame()
            case .undecided: return PeerReply.registerUndecided(request: request).frame()
            }
        case .vote(let number, let epoch, let registration):
            var message = WireWriter("REGISTER_VOTE")
            message.integer("vote", number)
            message.integer("epoch", epoch)
            if let registration {
                message.object("registration") { $0.registration(registration) }
            }
            return message.frame()
        case .voted(let number, let epoch):
            var message = WireWriter("REGISTER_VOTED")
            message.integer("vote", number)
            message.integer("epoch", epoch)
            return message.frame()
        case .query(let request, let user):
            var message = WireWriter("USER_QUERY")
            message.integer("request", request)
            message.string("username", user)
            return message.frame()
        case .queryAnswer(let request, let isKnown, let registration):
            var message = WireWriter("USER_ANSWER")
            message.integer("request", request)
            message.bool("known", isKnown)
            if let registration {
                message.object("registration") { $0.registration(registration) }
            }
            return message.frame()
        case .probe(let number, let session):
            return PeerReply.probe(session: session, number: number).frame()
        case .probeAnswer(let number, let isAlive):
            return PeerRequest.probeAnswer(number: number, isAlive: isAlive).frame()
        }
    }

    private static func frame(_ item: Item, _ origin: ServerID, _ sequence: Int64) -> Frame {
        func begin(_ command: String, capacity: Int = 200) -> WireWriter {
            var message = WireWriter(command, capacity: capacity)
            message.server("origin", origin)
            message.integer("sequence", sequence)
            return message
        }
        switch item {
        case .message(let stored):
            let capacity = stored.activity.bytes.count + 200 + 16 * stored.pending.count
            var message = begin("ACTIVITY_BROADCAST", capacity: capacity)
            message.identity(stored.identity)
            message.strings("pending", stored.pending)
            if stored.order > 0 { message.integer("order", stored.order) }
            message.activity(stored.activity)
            return message.frame()
        case .pending(let users, let messages):
            var message = begin("ACTIVITY_PENDING")
            message.strings("users", users)
            message.objects("messages", messages) { identity, object in
                object.identity(identity)
            }
            return message.frame()
        case .acknowledged(let acknowledgements):
            var message = begin("DELIVERY_ACK", capacity: 100 + 90 * acknowledgements.count)
            message.objects("delivered", acknowledgements) { acknowledgement, object in
                object.acknowledgement(acknowledgement)
            }
            return message.frame()
        case .session(let record):
            var message = begin(record.isClosed ? "USER_DISCONNECTED" : "NEW_LOGIN")
            message.record(record)
            return message.frame()
        case .registered(let registration):
            var message = begin("REGISTER_SUCCESS")
            message.registration(registration)
            return message.frame()
        }
    }
}

extension MeshMessage.SuperPeerInfo {
    fileprivate func frame() -> Frame {
        var message = WireWriter("SUPERPEER_INFO", capacity: 4096)
        message.epoch("epoch", epoch)
        message.vector("stored", vector.sorted)
        message.vector("dropped", floor.sorted)
        message.integer("order", order)
        message.objects("delivered", acknowledgements) { acknowledgement, object in
            object.acknowledgement(acknowledgement)
        }
        message.objects("sessions", sessions) { record, object in object.record(record) }
        message.strings("gone", gone.lazy.map(\.text))
        message.objects("registrations", registrations) { registration, object in
            object.registration(registration)
        }
        message.objects("streams", streams) { stream, object in object.acknowledgement(stream) }
        message.places("superpeers", superPeers)
        message.objects("lost", lost) { other, object in
            object.server("id", other.id)
            object.integer("lost_for", other.lostFor)
            object.integer("silent_for", other.silentFor)
            object.vector("stored", other.known.sorted)
        }
        message.bool("last", isLast)
        return message.frame()
    }
}
