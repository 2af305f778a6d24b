import Evidence

extension ServerRole {
    /// Whether a server in this role answers for users itself.
    var serves: Bool {
        switch self {
        case .master, .superPeer: true
        case .transition, .peer: false
        }
    }
}
