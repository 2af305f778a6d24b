extension History {
    /// An injected fault: what, on whom, and which records tell of it.
    public struct Fault: Sendable {
        /// Its id.
        public let id: String
        /// Its kind: kill, stop, start, restart, cut, drop, duplicate, reorder.
        public internal(set) var kind: String
        /// The nodes on which it is, in order of their first record.
        public internal(set) var targets: [String] = []
        /// The directed links on which it is.
        public internal(set) var links: [Link] = []
        /// The record of the intent.
        public internal(set) var intended: Int?
        /// The record that it was applied.
        public internal(set) var applied: Int?
        /// The record that it was seen in force.
        public internal(set) var verified: Int?
        /// The record that it is about to be healed.
        public internal(set) var healed: Int?
        /// The last record that it was seen healed.
        public internal(set) var healVerified: Int?
        /// The records that something about it failed.
        public internal(set) var failures: [Int] = []
        /// The record that it met no traffic.
        public internal(set) var unexercised: Int?
        /// The incarnations that it ended, as indices.
        public internal(set) var ended: [Int] = []
        /// When the nodes that it ended were ready again, or ended for good; nil while one is not.
        public internal(set) var recovered: Instant?

        /// When it may have begun: its intent, else its application.
        public internal(set) var from: Instant

        /// When its effect was over by the records, `settle` apart; nil where that was never seen.
        public internal(set) var until: Instant?

        /// Whether it ended a process.
        public var isCrash: Bool { !ended.isEmpty || kind == "kill" }

        init(id: String, kind: String, from: Instant) {
            self.id = id
            self.kind = kind
            self.from = from
        }

        /// What it is and on whom, for people: `kill of server.1`; of many links the first two.
        public var summary: String {
            let on = targets + links.map(\.description)
            guard !on.isEmpty else { return kind }
            let named = on.count <= 3 ? on : on.prefix(2) + ["\(on.count - 2) more"]
            return "\(kind) of \(named.joined(separator: ", "))"
        }
    }
}
