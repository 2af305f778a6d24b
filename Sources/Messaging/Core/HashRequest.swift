/// A secret to be hashed slowly, with a salt.
public struct HashRequest: Sendable, Hashable {
    /// The secret.
    public var secret: String
    /// What an earlier hash came to: its salt and cost are taken, so that the same secret comes to the
    /// same text. Nil: a new salt, and the cost that is set.
    public var earlier: String?

    /// Makes a request.
    public init(secret: String, earlier: String? = nil) {
        self.secret = secret
        self.earlier = earlier
    }
}
