import Evidence

/// A link to another super-peer.
struct Link: Sendable {
    var place: ServerPlace
    let connection: ConnectionID
    let since: Instant
    /// Whether this server called the other one.
    let isOutgoing: Bool
    /// Whether all that the other one has was told: from then on the two are linked.
    var isLinked = false
    /// Whether the other one answers for users.
    var serves = false
    /// Whether it did when the link was made.
    var served = false
    /// What the other one has stored, as far as is known.
    var known = VersionVector()
    /// What was sent over this link.
    var sent = VersionVector()
    /// All before this index of our log was sent or is known there.
    var cursor: Int64 = 0
    /// What the other one had when the link was made: up to there it is no news.
    var first = VersionVector()
    /// Whether we have all of that.
    var isCaughtUp = false
    /// What we had when the two were linked: it may lack some of that, held or not.
    var ours = VersionVector()
    /// With whom the other one is linked, as last announced.
    var links: Set<ServerID> = []
    /// Its peers, as last announced.
    var peers: [ServerPlace] = []

    /// Whether the other one has an item.
    func has(_ origin: ServerID, _ sequence: Int64) -> Bool {
        origin == place.id || known[origin] >= sequence
    }
}

/// What is remembered of a link that is lost.
struct LostLink: Sendable, Hashable {
    /// When it was found lost.
    var lostAt: Instant
    /// When the other one was heard last.
    var lastHeard: Instant
    /// What was held then: from this index on it may lack what we have.
    var heldThrough: Int64
    /// What it was known to have.
    var known: VersionVector
    /// Whether it is no more: another one lives under its address.
    var isOver = false
    /// When it was linked for the last time with one that was linked with us: through that one it was
    /// on our side.
    var seenAt: Instant?

    /// When it was on our side for the last time.
    var onOurSideAt: Instant { max(lostAt, seenAt ?? lostAt) }
}

/// A peer that this super-peer supervises.
struct PeerBelow: Sendable {
    var place: ServerPlace
    let connection: ConnectionID
}

/// A session as super-peers know it.
struct KnownSession: Sendable {
    var record: SessionRecord
    /// Whether LOGIN_SUCCESS was ordered here.
    var isOpened = false
    /// Where the order is causal: the last index of the log of what it was delivered.
    var deliveredThrough: Int64 = -1
    /// Since when its connection or server is lost.
    var goneAt: Instant?
    /// Whether another super-peer, which answers for it, says so.
    var isGone = false
    /// When it was closed.
    var closedAt: Instant?
}

/// How far a stream got.
struct StreamProgress: Sendable {
    /// The last number that is stored.
    var taken: Int64 = 0
    /// The last number that is held.
    var held: Int64 = 0
}

/// One message that waits for one user's acknowledgement.
struct PendingPlace: Sendable {
    var number: Int64
    var index: Int64
}
