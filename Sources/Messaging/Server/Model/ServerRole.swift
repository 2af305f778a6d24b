/// What a server is in the system, as the report names it.
enum ServerRole: String, Sendable {
    case master = "MASTERSUPERPEER"
    case superPeer = "SUPERPEER"
    /// A peer that gathers what it needs to become a super-peer.
    case rising = "PEERTOSUPERPEER"
    case peer = "PEER"

    /// Whether it answers for users itself.
    var serves: Bool {
        switch self {
        case .master, .superPeer: true
        case .rising, .peer: false
        }
    }
}
