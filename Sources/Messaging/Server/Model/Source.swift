/// A stream of a user: what numbers belong to.
struct Source: Sendable, Hashable, Comparable {
    var user: String
    var stream: String

    static func < (left: Source, right: Source) -> Bool {
        (left.user, left.stream) < (right.user, right.stream)
    }
}
