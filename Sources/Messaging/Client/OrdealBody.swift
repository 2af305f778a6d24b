public import Evidence

/// What the messages of a workload carry in their activity, so that any system can be checked.
///
/// `{"ordeal": {"user": U, "stream": S, "number": N, "digest": D}, "body": "…"}`; D is the `Digest` of
/// the body's UTF-8.
public struct OrdealBody: Sendable, Hashable {
    /// Which message it is.
    public var identity: MessageIdentity
    /// Its text.
    public var body: String

    /// Makes the content of a message.
    public init(identity: MessageIdentity, body: String) {
        self.identity = identity
        self.body = body
    }

    /// Reads an activity; nil where it carries no identity or no body.
    ///
    /// The digest inside is not looked at: a record carries the one of the body that came.
    public init?(_ activity: Activity) {
        guard let object = activity.object,
            case .object(let marks)? = object["ordeal"],
            case .string(let user)? = marks["user"],
            case .string(let stream)? = marks["stream"], !stream.isEmpty, !stream.contains("/"),
            case .number(let spelled)? = marks["number"],
            let number = spelled.integer, number >= 1,
            case .string(let body)? = object["body"]
        else { return nil }
        identity = MessageIdentity(user: user, stream: stream, number: number)
        self.body = body
    }

    /// The digest of the body.
    public var digest: Digest { Digest(body.utf8) }

    /// The object that is sent.
    public var activity: Activity {
        var marks = JSONObject()
        marks["user"] = .string(identity.user)
        marks["stream"] = .string(identity.stream)
        marks["number"] = .number(JSONNumber(identity.number))
        marks["digest"] = .string("\(digest)")
        var object = JSONObject()
        object["ordeal"] = .object(marks)
        object["body"] = .string(body)
        return Activity(object)
    }
}
