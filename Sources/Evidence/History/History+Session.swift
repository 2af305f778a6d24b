extension History {
    /// A user's session, from its `login-ok` to the first sign of its end.
    public struct Session: Sendable {
        /// The session's id as written.
        public let id: String
        /// Whose, as index.
        public let user: Int
        /// The client incarnation that holds it, as index.
        public let incarnation: Int
        /// The record of its `login-ok`; nil where that is missing.
        public internal(set) var opened: Int?
        /// The login that opened it, as index.
        public internal(set) var login: Int?
        /// Whether its client acknowledges deliveries; nil where `login-ok` is missing.
        public internal(set) var resumes: Bool?
        /// Its end, or nil where it was still open when the records end.
        public internal(set) var end: End?
        /// The last time at which it was shown alive: a request sent in it at that time was answered
        /// in it, or a message invoked at that time was delivered in it; never after its end.
        public internal(set) var lastAlive: Instant?
        /// The last such time that is not after the end of the drain: what comes later does not show that it
        /// could be reached in the drain.
        public internal(set) var lastAliveByDrainEnd: Instant?
        /// Its deliveries in order of sequence, as record indices.
        public internal(set) var deliveries: [Int] = []
        /// Its records of how many of its acknowledgements the system holds, in order.
        public internal(set) var confirmations: [Int] = []

        /// How a session ended.
        public struct End: Sendable {
            /// When, by the record that shows it.
            public let time: Instant
            /// The record that shows it; nil where only a later start of the node does.
            public let record: Int?
            /// Why: `logout`, `closed`, `silent`, `merged`, `process`.
            public let reason: String
        }
    }
}
