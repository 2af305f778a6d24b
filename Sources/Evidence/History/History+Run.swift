extension History {
    /// The run entered a phase.
    public struct PhaseEntry: Sendable {
        /// Which.
        public let phase: RunPhase
        /// When.
        public let time: Instant
        /// The record.
        public let record: Int
    }

    /// A server took a role.
    public struct RoleChange: Sendable {
        /// The server's incarnation, as index.
        public let incarnation: Int
        /// The role that it has now.
        public let role: ServerRole
        /// The epoch that it acts in, as written.
        public let epoch: String
        /// The record.
        public let record: Int
    }

    /// The last drain of the run.
    public struct Drain: Sendable {
        /// When the run entered it; nil where it did not.
        public internal(set) var from: Instant?
        /// The record of its end.
        public internal(set) var ended: Int?
        /// When it ended.
        public internal(set) var until: Instant?
        /// How it ended: quiet, stalled, cap.
        public internal(set) var reason: String?
    }
}
