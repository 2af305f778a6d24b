/// What two servers say to each other before they are linked.
enum JoinMessage: Sendable, Hashable {
    /// I want to be your peer, or linked as a super-peer.
    case authenticate(Introduction)
    /// You are admitted.
    case admitted(ServerPlace)
    /// The secret is wrong; the server closes.
    case authenticationFail(info: String)
    /// Not here, but there; the server closes. The id is that of the server that says so.
    case redirect(from: ServerID, to: Address)

    /// How a server introduces itself.
    struct Introduction: Sendable, Hashable {
        var secret: String
        var place: ServerPlace
        /// The super-peer with which it wants a link; nil: it wants to be a peer.
        var expected: ServerID?
        /// A peer's open sessions and those under way, with what a new supervisor must know of them.
        var sessions: [Adoption]
        /// The order in which its cluster delivers messages.
        var ordering = MessageOrdering.fifo.rawValue
    }

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

    /// Reads a message; nil where its command is none of these.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "AUTHENTICATE":
            self = .authenticate(
                Introduction(
                    secret: try message.string("secret"),
                    place: try message.place(),
                    expected: try message.optionalString("superpeer").map { ServerID(text: $0) },
                    sessions: try message.mapped("sessions") { object throws(WireError) in
                        Adoption(
                            record: try object.record(),
                            acknowledged: try object.integer("acknowledged"),
                            delivered: try object.mapped("delivered") { object throws(WireError) in
                                try object.acknowledgement()
                            },
                            written: try object.mapped("written") { object throws(WireError) in
                                try object.acknowledgement()
                            }
                        )
                    },
                    ordering: try message.optionalString("ordering")
                        ?? MessageOrdering.fifo.rawValue
                )
            )
        case "AUTHENTICATE_SUCCESS":
            self = .admitted(try message.place())
        case "AUTHENTICATION_FAIL":
            self = .authenticationFail(info: try message.optionalString("info") ?? "")
        case "SERVER_REDIRECT":
            self = .redirect(from: try message.server("id"), to: try message.address())
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
            message.objects("sessions", introduction.sessions) { adoption, object in
                object.record(adoption.record)
                object.integer("acknowledged", adoption.acknowledged)
                object.objects("delivered", adoption.delivered) { acknowledgement, object in
                    object.acknowledgement(acknowledgement)
                }
                object.objects("written", adoption.written) { acknowledgement, object in
                    object.acknowledgement(acknowledgement)
                }
            }
            message.string("ordering", introduction.ordering)
            return message.frame()
        case .admitted(let place):
            var message = WireWriter("AUTHENTICATE_SUCCESS")
            message.place(place)
            return message.frame()
        case .authenticationFail(let info):
            var message = WireWriter("AUTHENTICATION_FAIL")
            message.string("info", info)
            return message.frame()
        case .redirect(let id, let address):
            var message = WireWriter("SERVER_REDIRECT")
            message.server("id", id)
            message.address(address)
            return message.frame()
        }
    }
}
