/// A registered name.
struct Registration: Sendable, Hashable {
    var user: String
    var credential: Credential
    /// The epoch in which it was registered.
    var epoch: Int64
    /// The wall clock then, and the master's name: the earlier one wins where two sides meet.
    var stamp: Int64
    var master: String

    /// Tells it from every other registration of the same name.
    struct Mark: Sendable, Hashable {
        var stamp: Int64
        var master: String
    }

    var mark: Mark { Mark(stamp: stamp, master: master) }

    /// Whether it wins over another registration of the same name.
    func isEarlier(than other: Registration) -> Bool {
        (stamp, master) < (other.stamp, other.master)
    }
}
