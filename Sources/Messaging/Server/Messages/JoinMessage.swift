/// What two servers say to each other before they are linked, and an operator to a server.
enum JoinMessage: Sendable, Hashable {
    /// I want to be your peer, or linked as a super-peer.
    case authenticate(Introduction)
    /// You are admitted; whether I answer for users.
    case admitted(ServerPlace, serves: Bool)
    /// The secret is wrong; the server closes.
    case authenticationFail(info: String)
    /// Not here, but there; the server closes. The id is that of the server that says so; the super-peer
    /// is the one that is there, where it is known.
    case redirect(from: ServerID, to: Address, superPeer: ServerID?)
    /// From an operator: the other voters are dead; decide the next epoch alone.
    case takeOver(secret: String)
    /// It is decided: its number.
    case takenOver(epoch: Int64)
    /// It is not; the server closes.
    case takeOverFailed(info: String)

    /// How a server introduces itself.
    struct Introduction: Sendable, Hashable {
        var secret: String
        var place: ServerPlace
        /// The super-peer with which it wants a link; nil: it wants to be a peer.
        var expected: ServerID?
        /// How many open sessions it brings along; it tells of them once it is admitted, for a line of
        /// somebody who has not shown the secret yet must be short.
        var sessionCount: Int64
        /// The order in which its cluster delivers messages.
        var ordering = MessageOrdering.fifo.rawValue
        /// Whether it answers for users.
        var serves = false
    }

    /// Reads a message; nil where its command is none of these.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "AUTHENTICATE":
            self = .authenticate(
                Introduction(
                    secret: try message.string("secret"),
                    place: try message.place(),
                    expected: try message.optionalString("superpeer").map { ServerID(text: $0) },
                    sessionCount: try message.optionalInteger("sessions", in: 0 ... .max) ?? 0,
                    ordering: try message.optionalString("ordering")
                        ?? MessageOrdering.fifo.rawValue,
                    serves: try message.optionalBool("serves") ?? false
                )
            )
        case "AUTHENTICATE_SUCCESS":
            self = .admitted(
                try message.place(),
                serves: try message.optionalBool("serves") ?? false
            )
        case "AUTHENTICATION_FAIL":
            self = .authenticationFail(info: try message.optionalString("info") ?? "")
        case "SERVER_REDIRECT":
            self = .redirect(
                from: try message.server("id"),
                to: try message.address(),
                superPeer: try message.optionalString("superpeer").map { ServerID(text: $0) }
            )
        case "TAKE_OVER":
            self = .takeOver(secret: try message.string("secret"))
        case "TAKE_OVER_SUCCESS":
            self = .takenOver(epoch: try message.integer("epoch"))
        case "TAKE_OVER_FAILED":
            self = .takeOverFailed(info: try message.string("info"))
        default:
            return nil
        }
    }

    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .authenticate(let introduction):
            var message = WireWriter("AUTHENTICATE")
            message.string("secret", introduction.secret)
            message.place(introduction.place)
            message.server("superpeer", introduction.expected)
            message.integer("sessions", introduction.sessionCount)
            message.string("ordering", introduction.ordering)
            if introduction.serves { message.bool("serves", true) }
            return message.frame()
        case .admitted(let place, let serves):
            var message = WireWriter("AUTHENTICATE_SUCCESS")
            message.place(place)
            if serves { message.bool("serves", true) }
            return message.frame()
        case .authenticationFail(let info):
            var message = WireWriter("AUTHENTICATION_FAIL")
            message.string("info", info)
            return message.frame()
        case .redirect(let id, let address, let superPeer):
            var message = WireWriter("SERVER_REDIRECT")
            message.server("id", id)
            message.address(address)
            message.server("superpeer", superPeer)
            return message.frame()
        case .takeOver(let secret):
            var message = WireWriter("TAKE_OVER")
            message.string("secret", secret)
            return message.frame()
        case .takenOver(let epoch):
            var message = WireWriter("TAKE_OVER_SUCCESS")
            message.integer("epoch", epoch)
            return message.frame()
        case .takeOverFailed(let info):
            var message = WireWriter("TAKE_OVER_FAILED")
            message.string("info", info)
            return message.frame()
        }
    }
}
