/// The role of a server, as `ORDEAL_ROLE` carries it.
public enum ServerRole: String, Sendable, CaseIterable, Hashable {
    /// The one server that decides registrations and raises super-peers.
    case master = "MASTERSUPERPEER"
    /// A server of the mesh.
    case superPeer = "SUPERPEER"
    /// A peer that is being raised.
    case transition = "PEERTOSUPERPEER"
    /// A server with one link, to its supervisor.
    case peer = "PEER"
}
