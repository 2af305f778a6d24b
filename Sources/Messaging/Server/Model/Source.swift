/// A stream of a user: what numbers belong to.
///
/// Its hash is computed once: it is looked up many times on the way of every message.
struct Source: Sendable, Hashable, Comparable {
    let user: String
    let stream: String
    private let fingerprint: Int

    init(user: String, stream: String) {
        self.user = user
        self.stream = stream
        var hasher = Hasher()
        hasher.combine(user)
        hasher.combine(stream)
        fingerprint = hasher.finalize()
    }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    static func == (left: Source, right: Source) -> Bool {
        left.fingerprint == right.fingerprint && left.user == right.user
            && left.stream == right.stream
    }

    static func < (left: Source, right: Source) -> Bool {
        (left.user, left.stream) < (right.user, right.stream)
    }
}
