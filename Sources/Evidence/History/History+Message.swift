extension History {
    /// A message: its send, how that ended, and its deliveries.
    public struct Message: Sendable {
        /// What identifies it.
        public let identity: MessageIdentity
        /// Its stream: equal for messages of the same user and stream.
        public let stream: Int
        /// The record of its send; nil where none is known.
        public internal(set) var invoke: Int?
        /// Further sends that claim the same identity.
        public internal(set) var otherInvokes: [Int] = []
        /// The record of its completion, if there is one: of several the one that decides.
        public internal(set) var completion: Int?
        /// How its send ended; indeterminate without a completion, failed only if every attempt failed.
        public var outcome: Outcome { attempts.outcome }
        var attempts = Attempts()
        /// Its deliveries, as indices, in their order.
        public internal(set) var deliveries: [Int] = []
    }

    /// A client handed a message to its application.
    public struct Delivery: Sendable {
        private let places: (message: Int32, user: Int32, session: Int32, record: UInt32)

        /// The message, as index.
        public var message: Int { Int(places.message) }
        /// The user to whom, as index.
        public var user: Int { Int(places.user) }
        /// The session in which, as index.
        public var session: Int { Int(places.session) }
        /// The record.
        public var record: Int { Int(places.record) }

        init(message: Int, user: Int, session: Int, record: Int) {
            places = (Int32(message), Int32(user), Int32(session), UInt32(record))
        }
    }
}
