/// What super-peers tell each other of a session.
///
/// Records of one session are merged: a later attachment replaces an earlier one, and of one
/// attachment the end replaces the beginning. So the order in which they arrive does not matter.
struct SessionRecord: Sendable, Hashable {
    var id: SessionID
    var user: String
    /// The client's id; nil for a stock client.
    var client: String?
    /// The stream in which it sends.
    var stream: String
    /// The wall clock at the login: of two sessions the earlier is the one with the smaller
    /// (stamp, server name).
    var stamp: Int64
    /// The server that has the connection.
    var server: ServerID
    /// The super-peer that answers for it.
    var supervisor: ServerID
    /// How often it was attached to a super-peer.
    var attachment: Int64
    /// The registration by which it logged in: where another one wins, it must end.
    var registered: Registration.Mark?
    var isClosed = false

    /// Whether this record says something newer of the same session.
    func supersedes(_ other: SessionRecord) -> Bool {
        if attachment != other.attachment { return attachment > other.attachment }
        if supervisor != other.supervisor && isClosed == other.isClosed {
            return supervisor < other.supervisor
        }
        return isClosed && !other.isClosed
    }

    /// Whether this session must give way to another open one of the same user.
    ///
    /// A client that came back replaces its own session; otherwise the earlier stays.
    func yields(to other: SessionRecord) -> Bool {
        let mine = (stamp, server.name, id)
        let others = (other.stamp, other.server.name, other.id)
        if client != nil && client == other.client { return mine < others }
        return mine > others
    }
}
