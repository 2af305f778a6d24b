import Evidence

/// What super-peers that are linked say to each other.
enum MeshMessage: Sendable, Hashable {
    /// What I have, in parts; the last part makes the link.
    case info(SuperPeerInfo)
    /// I live; whom I am linked with, my peers, my load, the epoch.
    case announce(Announcement)
    /// One item, as I stored it.
    case item(Item, origin: ServerID, sequence: Int64)
    /// I have stored these besides.
    case stored(VersionVector)
    /// Raise one of your peers.
    case raise
    /// I am raising this peer.
    case raising(ServerPlace)
    /// This peer of mine is a super-peer now; nil where the raise came to nothing.
    case raised(ServerID?)
    /// The election of the next epoch.
    case epoch(EpochMessage)
    /// Numbering messages, where the order is total.
    case order(OrderMessage)
    /// Register a name; to the master.
    case register(request: Int64, user: String, secret: String)
    /// What became of it; nil: it is held.
    case registerAnswer(request: Int64, RegisterAnswer)
    /// Store this vote, or say with none that the epoch is the same.
    case vote(number: Int64, epoch: Int64, Registration?)
    /// It is stored.
    case voted(number: Int64, epoch: Int64)
    /// Is this user registered? To the master.
    case query(request: Int64, user: String)
    /// Whether it is; nil where the master cannot tell.
    case queryAnswer(request: Int64, isKnown: Bool?, Registration?)
    /// Is this session alive?
    case probe(number: Int64, session: SessionID)
    /// Whether it is.
    case probeAnswer(number: Int64, isAlive: Bool)

    /// What became of a registration.
    enum RegisterAnswer: Sendable, Hashable {
        case held
        case failed(RegisterFailure)
        case undecided
    }

    /// One part of what a super-peer has when a link is made.
    struct SuperPeerInfo: Sendable, Hashable {
        var epoch: Epoch
        /// What it has stored.
        var vector: VersionVector
        /// What it dropped since and cannot pass on.
        var floor: VersionVector
        /// The largest number of a message among it, where the order is total.
        var order: Int64 = 0
        var acknowledgements: [Acknowledgement] = []
        var sessions: [SessionRecord] = []
        /// Those of them whose connection or server it lost: their users count for `hold` yet, but no other
        /// session gives way to them.
        var gone: [SessionID] = []
        var registrations: [Registration] = []
        /// The last numbers of streams among what it dropped.
        var streams: [Acknowledgement] = []
        var superPeers: [ServerPlace] = []
        /// Super-peers that it lost: who was not there then must know of them too.
        var lost: [LostSuperPeer] = []
        var isLast = false
    }

    /// A super-peer that another one lost and that may live on elsewhere.
    struct LostSuperPeer: Sendable, Hashable {
        var id: ServerID
        /// For how many milliseconds it is lost, and not heard.
        var lostFor: Int64
        var silentFor: Int64
        /// What it was known to have.
        var known: VersionVector
    }

    /// What a super-peer tells every quarter of `hold`.
    struct Announcement: Sendable, Hashable {
        var place: ServerPlace
        var epoch: Epoch
        var links: [ServerPlace]
        var peers: [ServerPlace]
        var serves: Bool
    }
}
