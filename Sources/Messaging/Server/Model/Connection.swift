import Evidence

/// What a server knows of one of its connections.
struct Connection: Sendable {
    /// Who is at the other end.
    enum Phase: Sendable, Hashable {
        /// It was accepted and has said nothing.
        case fresh
        /// A client.
        case client
        /// A server that we called; it has not answered.
        case calling(DialPurpose)
        /// A peer of ours.
        case peer(ServerID)
        /// Our supervisor.
        case supervisor(ServerID)
        /// Another super-peer.
        case link(ServerID)
    }

    var phase: Phase
    /// Since when it is open.
    var since: Instant
    /// When something arrived last.
    var lastHeard: Instant
    /// The second in which lines are counted, and their count.
    var window: Int64 = 0
    var windowLines = 0
    /// Nothing is read from it until it is better again.
    var isPaused = false
}

/// Why a server calls another one.
enum DialPurpose: Sendable, Hashable {
    /// To be its peer.
    case attach(Address)
    /// To be linked with it as super-peers.
    case link(ServerPlace)
}

/// An attempt to reach a server that has not come to a connection.
struct Dial: Sendable {
    var purpose: DialPurpose
    var since: Instant
}
