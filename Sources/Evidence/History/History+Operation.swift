extension History {
    /// A registration or a login: its invocation and how it ended.
    public struct Operation: Sendable {
        /// What was asked for.
        public let kind: Kind
        /// The user's name as written.
        public let user: String
        /// The incarnation that asked, as index.
        public let incarnation: Int
        /// The record of the invocation; nil where only the completion is known.
        public internal(set) var invoke: Int?
        /// The record of the completion, if there is one.
        public internal(set) var completion: Int?
        /// How it ended; indeterminate without a completion.
        public internal(set) var outcome: Outcome = .indeterminate
        /// The session that a login opened, as index.
        public internal(set) var session: Int?

        /// The kinds of operation.
        public enum Kind: Sendable, Hashable {
            /// The registration of a name.
            case register
            /// A login.
            case login
        }
    }

    /// How an operation ended.
    public enum Outcome: Sendable, Hashable {
        /// It happened.
        case ok
        /// It certainly did not happen.
        case failed
        /// It may have happened.
        case indeterminate
    }
}
