extension History {
    /// A user as a receiver of messages.
    public struct User: Sendable {
        /// The user's name; of an anonymous connection with its node, incarnation and session.
        public let name: String
        /// Whether this is one anonymous connection.
        public let isAnonymous: Bool
        /// The user's sessions, as indices.
        public internal(set) var sessions: [Int] = []
    }

    /// The name under which anybody may log in without a secret, any number of times.
    public static let anonymous = "anonymous"
}
