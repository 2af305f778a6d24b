import Evidence

/// The secret by which the servers of a run know each other; made from the run's id and its seed, so
/// that a later check knows it, too.
struct ClusterSecret {
    /// The secret.
    let text: String

    /// The secret of a run.
    init(run: String, seed: UInt64) {
        text = Digest(user: run, secret: String(seed)).description
    }

    /// How records name it.
    var fingerprint: String { Digest(user: "cluster", secret: text).description }
}
