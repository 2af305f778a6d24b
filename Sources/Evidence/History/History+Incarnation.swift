extension History {
    /// One start of a node, with what the orchestrator's records say of it.
    public struct Incarnation: Sendable {
        /// Which start of which node.
        public let id: NodeIncarnation
        /// Its own records, as indices.
        public let records: Range<Int>
        /// The orchestrator's record of its start.
        public internal(set) var spawned: Int?
        /// The orchestrator's record that it is ready.
        public internal(set) var ready: Int?
        /// The orchestrator's record of its end.
        public internal(set) var exited: Int?
        /// Its own closing record.
        public internal(set) var closed: Int?
        /// When its process ended, as far as is known: its closing record, its exit, or the start of
        /// the node's next incarnation.
        public internal(set) var end: Instant?
        /// Whether a record tells of a later start of the same node.
        public internal(set) var isFollowed = false

        init(id: NodeIncarnation, records: Range<Int>) {
            self.id = id
            self.records = records
        }
    }
}
