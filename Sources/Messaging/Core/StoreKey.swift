/// The name of one value on a core's disk.
public struct StoreKey: Sendable, Hashable, Comparable {
    /// What the value tells of.
    public var kind: Kind
    /// Which one of its kind; the core's own choice.
    public var name: String

    /// Makes a key.
    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Orders by kind, then name.
    public static func < (left: StoreKey, right: StoreKey) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }

    /// What a server keeps. The names are those of the tables of its database and never change.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Who the server is, its epoch, its promises: one value each.
        case fact
        /// An item of the log, by its index.
        case entry
        /// A registration that counts, by user.
        case registration
        /// A registration that was voted for and is not known to count, by user.
        case vote
        /// A registration that a voter of a next epoch was given, by proposal and user.
        case base
        /// A message that was voted for under a number among all and is not stored, by that number.
        case numbered
        /// How far messages were numbered, as a voter of a next epoch was given it, by proposal.
        case numbers
        /// The last number of a stream that a user acknowledged.
        case acknowledgement
        /// The last number of a stream among what the log dropped.
        case stream
        /// A session, by its id.
        case session
        /// Another super-peer, by its id.
        case server
        /// A super-peer that was lost and may lack something yet, by its id.
        case lost
        /// When a user counted as connected for the last time, by user.
        case left
    }
}
