/// What a server says to a client: the eight stock commands, and three more to our clients only.
///
/// | command | fields |
/// |---|---|
/// | REGISTER_SUCCESS | `info` |
/// | REGISTER_FAILED | `info`, + `reason` |
/// | LOGIN_SUCCESS | `info`; to ours + `redirect`, `hold` (milliseconds), `accepted`, `ordering` |
/// | LOGIN_FAILED | `info`, + `reason` |
/// | REDIRECT | `hostname`, `port` |
/// | ACTIVITY_BROADCAST | `activity` with `authenticated_user`, + `username`, `stream`, `number`, `order` |
/// | ACTIVITY_ACK (to ours) | `stream`, `number`: all up to it are held |
/// | HEARTBEAT_ACK (to ours) | `number` as asked, `count`: broadcasts whose acknowledgements are held |
/// | WHO_ANSWER (to ours) | `users`: names, `count`: how many there are |
/// | INVALID_MESSAGE, AUTHENTICATION_FAIL | `info` |
public enum ServerReply: Sendable, Hashable {
    /// The registration took effect.
    case registerSuccess(info: String)
    /// The registration certainly did not; the server closes.
    case registerFailed(info: String, reason: RegisterFailure?)
    /// The login took effect; `grant` tells a client of ours more.
    case loginSuccess(info: String, grant: Grant?)
    /// The login certainly did not; the server closes.
    case loginFailed(info: String, reason: LoginFailure?)
    /// Log in there; the server closes.
    case redirect(Address)
    /// What a user said; `place` is missing from other makers' servers.
    case activityBroadcast(activity: Activity, sender: String?, place: StreamPlace?)
    /// All messages of the stream up to this number are held.
    case activityAck(StreamPlace)
    /// The answer to a heartbeat; the acknowledgements of the first `count` broadcasts are held.
    case heartbeatAck(number: Int64, count: Int64)
    /// The users who count as connected, in order, the first of `count`.
    case whoAnswer(users: [String], count: Int64)
    /// What the client said made no sense; the server closes.
    case invalidMessage(info: String)
    /// The client may not do that; the server closes.
    case authenticationFail(info: String)

    /// Reads a line that must be a server's.
    ///
    /// - Throws: a `WireError` where it is no message, or none that a server sends to a client.
    public init(line: [UInt8], limits: JSONLimits = .reply) throws(WireError) {
        let message = try WireReader(line, limits: limits)
        switch message.command {
        case "REGISTER_SUCCESS":
            self = .registerSuccess(info: Self.info(message))
        case "REGISTER_FAILED":
            let reason = try message.optionalString("reason").flatMap(RegisterFailure.init)
            self = .registerFailed(info: Self.info(message), reason: reason)
        case "LOGIN_SUCCESS":
            self = .loginSuccess(info: Self.info(message), grant: try Self.grant(message))
        case "LOGIN_FAILED":
            let reason = try message.optionalString("reason").flatMap(LoginFailure.init)
            self = .loginFailed(info: Self.info(message), reason: reason)
        case "REDIRECT":
            self = .redirect(try message.address())
        case "ACTIVITY_BROADCAST":
            self = .activityBroadcast(
                activity: try message.activity(),
                sender: try message.optionalString("username"),
                place: try Self.place(message)
            )
        case "ACTIVITY_ACK":
            self = .activityAck(
                StreamPlace(
                    stream: try message.string("stream"),
                    number: try message.integer("number", in: 0 ... .max)
                )
            )
        case "HEARTBEAT_ACK":
            self = .heartbeatAck(
                number: try message.integer("number"),
                count: try message.integer("count", in: 0 ... .max)
            )
        case "WHO_ANSWER":
            self = .whoAnswer(
                users: try message.strings("users"),
                count: try message.integer("count", in: 0 ... .max)
            )
        case "INVALID_MESSAGE":
            self = .invalidMessage(info: Self.info(message))
        case "AUTHENTICATION_FAIL":
            self = .authenticationFail(info: Self.info(message))
        default:
            throw WireError("unknown command \"\(message.command)\" from a server")
        }
    }

    /// The message as a line. Encode a broadcast once and share the frame among its receivers.
    public func frame() -> Frame {
        switch self {
        case .registerSuccess(let info):
            return Self.told("REGISTER_SUCCESS", info)
        case .registerFailed(let info, let reason):
            return Self.told("REGISTER_FAILED", info, reason?.rawValue)
        case .loginSuccess(let info, let grant):
            var message = WireWriter("LOGIN_SUCCESS")
            message.string("info", info)
            message.bool("redirect", grant?.isRedirect)
            message.integer("hold", grant.map { $0.hold.milliseconds })
            message.integer("accepted", grant?.accepted)
            if let ordering = grant?.ordering, ordering != .fifo {
                message.string("ordering", ordering.rawValue)
            }
            return message.frame()
        case .loginFailed(let info, let reason):
            return Self.told("LOGIN_FAILED", info, reason?.rawValue)
        case .redirect(let address):
            var message = WireWriter("REDIRECT")
            message.address(address)
            return message.frame()
        case .activityBroadcast(let activity, let sender, let place):
            var message = WireWriter("ACTIVITY_BROADCAST", capacity: activity.bytes.count + 160)
            message.string("username", sender)
            message.string("stream", place?.stream)
            message.integer("number", place?.number)
            message.integer("order", place?.order)
            message.activity(activity)
            return message.frame()
        case .activityAck(let place):
            var message = WireWriter("ACTIVITY_ACK", capacity: 80)
            message.string("stream", place.stream)
            message.integer("number", place.number)
            return message.frame()
        case .heartbeatAck(let number, let count):
            var message = WireWriter("HEARTBEAT_ACK", capacity: 64)
            message.integer("number", number)
            message.integer("count", count)
            return message.frame()
        case .whoAnswer(let users, let count):
            var message = WireWriter("WHO_ANSWER")
            message.strings("users", users)
            message.integer("count", count)
            return message.frame()
        case .invalidMessage(let info):
            return Self.told("INVALID_MESSAGE", info)
        case .authenticationFail(let info):
            return Self.told("AUTHENTICATION_FAIL", info)
        }
    }

    private static func told(_ command: String, _ info: String, _ reason: String? = nil) -> Frame {
        var message = WireWriter(command)
        message.string("info", info)
        message.string("reason", reason)
        return message.frame()
    }

    /// Some servers leave the text out, and nobody decides by it.
    private static func info(_ message: WireReader) -> String {
        (try? message.optionalString("info")) ?? ""
    }

    private static func grant(_ message: WireReader) throws(WireError) -> Grant? {
        guard let hold = try message.optionalInteger("hold", in: 1...86_400_000) else {
            return nil
        }
        return Grant(
            isRedirect: try message.optionalBool("redirect") ?? false,
            hold: .milliseconds(hold),
            accepted: try message.optionalInteger("accepted", in: 0 ... .max) ?? 0,
            ordering: try message.optionalString("ordering").flatMap(MessageOrdering.init) ?? .fifo
        )
    }

    private static func place(_ message: WireReader) throws(WireError) -> StreamPlace? {
        guard let stream = try message.optionalString("stream"),
            let number = try message.optionalInteger("number", in: 1 ... .max)
        else { return nil }
        let order = try message.optionalInteger("order", in: 1 ... .max)
        return StreamPlace(stream: stream, number: number, order: order)
    }
}

extension Duration {
    /// The whole milliseconds of this duration; what is finer is cut off.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
