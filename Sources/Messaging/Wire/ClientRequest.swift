/// What a client says to a server; stock commands, and the extensions of our clients.
///
/// | command | fields |
/// |---|---|
/// | REGISTER | `username`, `secret` |
/// | LOGIN | `username`, `secret` (anything for `anonymous`); ours: `extensions` 1, `client`, `stream`, `acknowledged`, `delivered` |
/// | LOGOUT | |
/// | ACTIVITY_MESSAGE | `username`, `secret` (as LOGIN), `activity` object; ours: `stream`, `number` |
/// | DELIVERY_ACK (ours) | `count`: the first so many broadcasts of this connection are delivered |
/// | HEARTBEAT (ours) | `number` |
/// | WHO (ours) | |
/// | INVALID_MESSAGE | `info` |
public enum ClientRequest: Sendable, Hashable {
    /// Register a name.
    case register(user: String, secret: String)
    /// Log in; the secret is nil for the anonymous user. `resume` is there for a client of ours.
    case login(user: String, secret: String?, resume: Resume?)
    /// Log out; the server closes.
    case logout
    /// Tell everybody; `place` is there from a client of ours.
    case activityMessage(user: String, secret: String?, activity: Activity, place: StreamPlace?)
    /// The first `count` broadcasts since LOGIN_SUCCESS are delivered.
    case deliveryAck(count: Int64)
    /// Answer, so that both sides know that the other lives.
    case heartbeat(number: Int64)
    /// Who is connected?
    case who
    /// What the server said made no sense; the client closes.
    case invalidMessage(info: String)

    /// The user who needs no registration and no secret.
    public static let anonymous = "anonymous"

    /// The most bytes of a name, a secret, a client's or a stream's id: servers keep and pass them on.
    public static let textBytesMax = 1024

    /// The commands that a client may send.
    public static let commands = [
        "REGISTER", "LOGIN", "LOGOUT", "ACTIVITY_MESSAGE", "DELIVERY_ACK", "HEARTBEAT",
        "WHO", "INVALID_MESSAGE",
    ]

    /// Reads a message; nil where its command is none of a client's.
    ///
    /// - Throws: a `WireError` where a field is missing or ill-typed.
    public init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "REGISTER":
            self = .register(
                user: try message.string("username", bytesMax: Self.textBytesMax),
                secret: try message.string("secret", bytesMax: Self.textBytesMax)
            )
        case "LOGIN":
            let user = try message.string("username", bytesMax: Self.textBytesMax)
            self = .login(
                user: user,
                secret: try Self.secret(of: user, message),
                resume: try Self.resume(message)
            )
        case "LOGOUT":
            self = .logout
        case "ACTIVITY_MESSAGE":
            let user = try message.string("username")
            self = .activityMessage(
                user: user,
                secret: try Self.secret(of: user, message),
                activity: try message.activity(),
                place: try Self.place(message)
            )
        case "DELIVERY_ACK":
            self = .deliveryAck(count: try message.integer("count", in: 0 ... .max))
        case "HEARTBEAT":
            self = .heartbeat(number: try message.integer("number"))
        case "WHO":
            self = .who
        case "INVALID_MESSAGE":
            self = .invalidMessage(info: (try? message.optionalString("info")) ?? "")
        default:
            return nil
        }
    }

    /// Reads a line that must be a client's.
    ///
    /// - Throws: a `WireError` where it is no message, or none of a client's.
    public init(line: [UInt8], limits: JSONLimits = .client) throws(WireError) {
        let message = try WireReader(line, limits: limits)
        guard let request = try ClientRequest(message) else {
            throw WireError(
                "unknown command \"\(message.command)\"; a client may send "
                    + Self.commands.joined(separator: ", ")
            )
        }
        self = request
    }

    /// The message as a line.
    public func frame() -> Frame {
        switch self {
        case .register(let user, let secret):
            var message = WireWriter("REGISTER")
            message.string("username", user)
            message.string("secret", secret)
            return message.frame()
        case .login(let user, let secret, let resume):
            var message = WireWriter("LOGIN")
            message.string("username", user)
            message.string("secret", secret)
            if let resume {
                message.integer("extensions", 1)
                message.string("client", resume.client)
                message.string("stream", resume.stream)
                message.integer("acknowledged", resume.acknowledged)
                if !resume.delivered.isEmpty {
                    message.objects("delivered", resume.delivered) { identity, object in
                        object.identity(identity)
                    }
                }
            }
            return message.frame()
        case .logout:
            return WireWriter("LOGOUT").frame()
        case .activityMessage(let user, let secret, let activity, let place):
            var message = WireWriter("ACTIVITY_MESSAGE", capacity: activity.bytes.count + 160)
            message.string("username", user)
            message.string("secret", secret)
            message.string("stream", place?.stream)
            message.integer("number", place?.number)
            message.activity(activity)
            return message.frame()
        case .deliveryAck(let count):
            var message = WireWriter("DELIVERY_ACK", capacity: 48)
            message.integer("count", count)
            return message.frame()
        case .heartbeat(let number):
            var message = WireWriter("HEARTBEAT", capacity: 48)
            message.integer("number", number)
            return message.frame()
        case .who:
            return WireWriter("WHO", capacity: 24).frame()
        case .invalidMessage(let info):
            var message = WireWriter("INVALID_MESSAGE")
            message.string("info", info)
            return message.frame()
        }
    }

    /// Anybody may be anonymous with any secret or none; everybody else must show a string.
    private static func secret(
        of user: String,
        _ message: WireReader
    ) throws(WireError) -> String? {
        user == anonymous ? nil : try message.string("secret", bytesMax: Self.textBytesMax)
    }

    private static func resume(_ message: WireReader) throws(WireError) -> Resume? {
        guard message.object["extensions"] != nil else { return nil }
        _ = try message.integer("extensions", in: 1 ... .max)
        return Resume(
            client: try message.string("client", bytesMax: Self.textBytesMax),
            stream: try stream(message),
            acknowledged: try message.integer("acknowledged", in: 0 ... .max),
            delivered: try message.identities("delivered")
        )
    }

    private static func place(_ message: WireReader) throws(WireError) -> StreamPlace? {
        guard message.object["stream"] != nil || message.object["number"] != nil else {
            return nil
        }
        return StreamPlace(
            stream: try stream(message),
            number: try message.integer("number", in: 1 ... .max)
        )
    }

    private static func stream(_ message: WireReader) throws(WireError) -> String {
        let stream = try message.string("stream", bytesMax: Self.textBytesMax)
        guard !stream.isEmpty, !stream.utf8.contains(UInt8(ascii: "/")) else {
            throw WireError(
                "\(message.command) must have \"stream\": a string without slash, not empty"
            )
        }
        return stream
    }
}
