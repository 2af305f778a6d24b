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
        /// The record of the completion, if there is one: of several the one that decides.
        public internal(set) var completion: Int?
        /// How it ended; indeterminate without a completion, failed only if every attempt failed.
        public var outcome: Outcome { attempts.outcome }
        /// How many times it was asked for, by the records.
        public var asked: Int { Int(attempts.asked) }
        /// The records of attempts that certainly failed, in their order.
        public internal(set) var denials: [Int] = []
        var attempts = Attempts()
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
